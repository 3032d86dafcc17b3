using Orchestrator.Agent.Models;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Verification;

namespace Orchestrator.Server.Runs;

/// <summary>A run as the API shows it: without where its files are on this machine.</summary>
internal sealed record RunView(
    string RunId,
    string Name,
    RunStatus Status,
    bool IsPaused,
    string Model,
    string Requester,
    DateTimeOffset SubmittedAt,
    DateTimeOffset? EndedAt,
    DateTimeOffset? PurgedAt,
    int Turns,
    int ToolCalls,
    TokenUsage Usage,
    decimal CostUsd,
    string? ProviderWait,
    string? Reason,
    bool CanResume,
    Verdict? Verdict)
{
    public static RunView Of(RunSummary run) => new(
        run.RunId, run.Name, run.Status, run.IsPaused, run.Model, run.Requester, run.SubmittedAt, run.EndedAt, run.PurgedAt, run.Turns, run.ToolCalls,
        run.Usage, run.CostUsd, run.ProviderWait, run.Result?.Reason, run.Result?.CanResume ?? false, run.Result?.Verdict);
}

/// <summary>Some runs, newest first.</summary>
/// <param name="Runs">The runs.</param>
/// <param name="Next">What <c>cursor</c> is for those after them; null if these are the last.</param>
internal sealed record RunPageView(IReadOnlyList<RunView> Runs, string? Next);
