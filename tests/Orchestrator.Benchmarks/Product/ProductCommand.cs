using System.CommandLine;

namespace Orchestrator.Benchmarks.Product;

/// <summary><c>product</c>: workloads on the executable that users have.</summary>
internal static class ProductCommand
{
    public static Command Create() => new("product", "The whole product, with its journal, sandbox and a scripted model.")
    {
        ProductTurnCommand.Create(),
        ProductCrashCommand.Create(),
        ProductServerCommand.Create(),
        ProductWebhooksCommand.Create(),
        ProductLoadCommand.Create(),
    };
}
