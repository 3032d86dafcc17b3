using Orchestrator.Agent.Models;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Verification;

namespace Orchestrator.Agent.Runs;

/// <summary>How a run ended and what it produced; the one record that every interface reads.</summary>
public sealed record RunResult
{
    public required RunStatus Status { get; init; }

    /// <summary>Why it ended so; null for an accepted run.</summary>
    public string? Reason { get; init; }

    /// <summary>The run failed for want of something that this machine or its configuration lacks.</summary>
    public bool IsEnvironmentFault { get; init; }

    /// <summary>The run failed because its provider could not be asked; <c>resume</c> takes the same turn again.</summary>
    public bool CanResume { get; init; }

    /// <summary>The newest verdict; null if nothing was ever submitted. Only that of an accepted run is an accepted one.</summary>
    public Verdict? Verdict { get; init; }

    public required int Turns { get; init; }

    public required int ToolCalls { get; init; }

    public required TokenUsage Usage { get; init; }

    public required decimal CostUsd { get; init; }

    /// <summary>Requests whose answers were lost; what they may have cost is part of the cost. Null if there was none.</summary>
    public LostAttempts? Lost { get; init; }

    /// <summary>What it was thought to cost before it started; null where nobody could say.</summary>
    public CostRange? Estimate { get; init; }

    /// <summary>Absolute path of the patch; null if the run never had a workspace.</summary>
    public string? Patch { get; init; }

    /// <summary>Where the changes were pushed; null for a run that pushed nothing.</summary>
    public Landing? Landing { get; init; }

    /// <summary>Absolute path of the report.</summary>
    public string? Report { get; init; }

    /// <summary>The same result with its files where the data folder is now, which may have been restored at another path.</summary>
    public RunResult In(DataFolder data, string run) => this with
    {
        Patch = Patch is null ? null : data.PatchOf(run),
        Report = Report is null ? null : data.ReportOf(run),
    };

    /// <param name="run">How the run ended.</param>
    /// <param name="counted">What was counted as it was paid for, down to the step that failed.</param>
    /// <param name="estimate">What it was thought to cost before it started.</param>
    /// <param name="canGoOn">Whether it may be taken up again where its provider is at fault.</param>
    public static RunResult Of(RunState run, RunSummary counted, CostRange? estimate, bool canGoOn) => new()
    {
        Status = run.End ?? RunStatus.Failed,
        Reason = run.EndReason,
        IsEnvironmentFault = run.IsEnvironmentFault,
        CanResume = canGoOn && run.IsProviderFault,
        Verdict = run.End == RunStatus.Accepted ? run.Verdict : run.Verdict?.NotAccepted(),
        Turns = counted.Turns,
        ToolCalls = counted.ToolCalls,
        Usage = counted.Usage,
        CostUsd = counted.CostUsd,
        Lost = counted.Lost.Count > 0 ? counted.Lost : null,
        Estimate = estimate,
        Landing = run.Landing,
    };
}
