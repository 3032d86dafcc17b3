using System.Text.Json;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Cli.Purging;

/// <summary>What <c>show --json</c> prints of a run that was purged.</summary>
internal sealed record PurgedRun(RunSummary Run)
{
    /// <summary>Prints it, for a program or for a person.</summary>
    public static void Print(RunSummary run, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new PurgedRun(run), CliJson.Default.PurgedRun));
            return;
        }

        Console.WriteLine(Visible.Of($"{run.RunId} {run.Status.InWords()}: {run.Name}, by {run.Requester}, submitted on {run.SubmittedAt.ToLocalTime():yyyy-MM-dd HH:mm}, ended on {run.EndedAt?.ToLocalTime():yyyy-MM-dd HH:mm}"));
        Console.WriteLine($"  {run.Turns} turns, {run.ToolCalls} tool calls, {Dollars.Of(run.CostUsd)}");
        Console.WriteLine($"  purged on {run.PurgedAt?.ToLocalTime():yyyy-MM-dd HH:mm}: nothing more is kept of it; 'orchestrator audit --run {run.RunId}' says who did what");
    }
}
