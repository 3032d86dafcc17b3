using System.CommandLine;

namespace Orchestrator.Benchmarks.Models;

/// <summary><c>model</c>: what asking a model costs on our side.</summary>
internal static class ModelCommand
{
    public static Command Create() => new("model", "What asking a model costs on our side of the line.")
    {
        ReplayCommand.Create(),
    };
}
