using System.Text.Json.Nodes;
using Grpc.Core;

namespace Orchestrator.Cli.Functions;

/// <summary>Where the Functions host serves the hub to clients, as it binds it to a function.</summary>
/// <param name="Address">On this machine.</param>
/// <param name="TaskHub">The hub's name.</param>
/// <param name="Connection">The setting that says how the host reaches it.</param>
internal sealed record ClientBinding(Uri Address, string TaskHub, string Connection)
{
    /// <summary>What is shown with each call: older hosts look at the one set, newer ones at the other.</summary>
    public Metadata Headers => new()
    {
        { "Durable-TaskHub", TaskHub },
        { "Durable-ConnectionName", Connection },
        { "taskhub", TaskHub },
        { "x-user-agent", Hosting.SchedulerConnection.UserAgent("DurableTaskClient") },
    };

    /// <exception cref="FormatException">The host bound no client, or none with an address.</exception>
    public static ClientBinding Of(FunctionInvocation call)
    {
        JsonObject bound = call.Object(FunctionCatalogue.ClientBinding) ?? throw new FormatException($"The call has no object 'Data.{FunctionCatalogue.ClientBinding}'.");
        return Uri.TryCreate(bound["rpcBaseUrl"]?.GetValue<string>(), UriKind.Absolute, out Uri? address)
            ? new ClientBinding(address, bound["taskHubName"]?.GetValue<string>() ?? string.Empty, bound["connectionName"]?.GetValue<string>() ?? string.Empty)
            : throw new FormatException($"'Data.{FunctionCatalogue.ClientBinding}' has no rpcBaseUrl: the host needs its durable extension, and durableRequiresGrpc in function.json.");
    }
}
