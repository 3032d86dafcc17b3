using System.Text.Json;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Verification;

namespace Orchestrator.Cli.Running;

/// <summary>A run's end, or the point where it waits, as <c>run</c> and <c>resume</c> print it.</summary>
internal sealed record RunOutcome
{
    public required string RunId { get; init; }

    public required RunStatus Status { get; init; }

    public string? Reason { get; init; }

    public OutcomeVerdict? Verdict { get; init; }

    public required int Turns { get; init; }

    public required int ToolCalls { get; init; }

    public required TokenUsage Usage { get; init; }

    public required decimal CostUsd { get; init; }

    public string? Patch { get; init; }

    public string? Report { get; init; }

    public static RunOutcome Of(RunSummary run) => new()
    {
        RunId = run.RunId,
        Status = run.Status,
        Reason = run.Result?.Reason,
        Verdict = run.Result?.Verdict is { } verdict ? new OutcomeVerdict(verdict.Accepted, verdict.Checks) : null,
        Turns = run.Turns,
        ToolCalls = run.ToolCalls,
        Usage = run.Usage,
        CostUsd = run.CostUsd,
        Patch = run.Result?.Patch,
        Report = run.Result?.Report,
    };

    /// <summary>Prints it, for a program or for a person, and says how the verb ends.</summary>
    public static int Print(RunSummary run, bool json)
    {
        RunOutcome outcome = Of(run);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(outcome, CliJson.Default.RunOutcome));
            return ExitCode.Of(run);
        }

        Console.WriteLine($"{run.RunId} {JsonNamingPolicy.CamelCase.ConvertName(outcome.Status.ToString())}{(outcome.Reason is null ? string.Empty : $": {Visible.Of(outcome.Reason)}")}");
        foreach (Check check in outcome.Verdict?.Checks ?? [])
        {
            Console.WriteLine($"  {(check.ExitCode == 0 ? "passed" : "failed")}  {check.Name} (exit code {check.ExitCode})");
        }

        Console.WriteLine($"  {outcome.Turns} turns, {outcome.ToolCalls} tool calls, {outcome.Usage.InputTokens} input tokens ({outcome.Usage.CachedInputTokens} cached), {outcome.Usage.OutputTokens} output tokens, ${outcome.CostUsd:0.0000}");
        if (outcome.Patch is not null)
        {
            Console.WriteLine($"  patch   {outcome.Patch}");
        }

        if (outcome.Report is not null)
        {
            Console.WriteLine($"  report  {outcome.Report}");
        }

        return ExitCode.Of(run);
    }
}

/// <summary>The verdict in a run's JSON.</summary>
internal sealed record OutcomeVerdict(bool Accepted, IReadOnlyList<Check> Checks);
