using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Agent.Runs;

namespace Orchestrator.Cli.Listing;

/// <summary>Tells of a run that is not over whether any process works on it: one that nobody works on waits for ever.</summary>
internal static class WorkedRun
{
    /// <summary>The run as programs read it, with <c>worked</c>, which is null once the run is over.</summary>
    public static JsonObject Of(RunSummary run, bool isWorked)
    {
        JsonObject json = JsonSerializer.SerializeToNode(run, CliJson.Default.RunSummary)!.AsObject();
        json["worked"] = run.Result is null ? isWorked : null;
        return json;
    }
}
