using Microsoft.AspNetCore.Http.HttpResults;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Steering;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Problems;
using Orchestrator.Server.Runs;

namespace Orchestrator.Server.Steering;

/// <summary>
/// Steers runs for callers, by page and by API. Each way answers why it was not done, null if it was; the same key again, and what is so already, is done
/// already.
/// </summary>
internal sealed class RunSteering(RunAccess access, ISignalStore signals, ISteeringStore steering, IRunStore runs)
{
    public async Task<ProblemHttpResult?> CancelAsync(Caller caller, string id, CancellationToken cancellationToken)
    {
        (RunSummary? run, ProblemHttpResult? refusal) = await access.FindToSteerAsync(caller, id, cancellationToken);
        return run is null ? refusal
            : await signals.CancelAsync(run.RunId, caller.Subject, cancellationToken) ? null
            : IsOver(run);
    }

    public Task<ProblemHttpResult?> PauseAsync(Caller caller, string id, string? key, CancellationToken cancellationToken) =>
        SignalAsync(caller, id, new SteeringSignal(SteeringKind.Pause, caller.Subject, Key: key), cancellationToken);

    /// <summary>Ends a pause, or has a run go on that its provider failed.</summary>
    public async Task<ProblemHttpResult?> ResumeAsync(Caller caller, string id, string? key, CancellationToken cancellationToken)
    {
        (RunSummary? run, ProblemHttpResult? refusal) = await access.FindToSteerAsync(caller, id, cancellationToken);
        switch (run)
        {
            case null:
                return refusal;
            case { Result.CanResume: true }:
                await runs.ReopenAsync(run.RunId, caller.Subject, cancellationToken);
                return null;
            case { Result: null, IsPaused: false }:
                return null;
            default:
                return await SignalAsync(caller, id, new SteeringSignal(SteeringKind.Resume, caller.Subject, Key: key), cancellationToken);
        }
    }

    public async Task<ProblemHttpResult?> SayAsync(Caller caller, string id, string text, string? key, CancellationToken cancellationToken) =>
        string.IsNullOrWhiteSpace(text) || text.Length > SteeringSignal.LongestText
            ? Problem.Invalid("'text' is empty or too long.", $"Say something, in at most {SteeringSignal.LongestText} characters.")
            : await SignalAsync(caller, id, new SteeringSignal(SteeringKind.Message, caller.Subject, text, key), cancellationToken);

    private async Task<ProblemHttpResult?> SignalAsync(Caller caller, string id, SteeringSignal signal, CancellationToken cancellationToken)
    {
        (RunSummary? run, ProblemHttpResult? refusal) = await access.FindToSteerAsync(caller, id, cancellationToken);
        return run is null ? refusal
            : await steering.AddAsync(run.RunId, signal, cancellationToken) == SignalOutcome.Recorded ? null
            : IsOver(run);
    }

    private static ProblemHttpResult IsOver(RunSummary run) => Problem.Conflict($"Run {run.RunId} is over.", "Fork it to go on from one of its turns.");
}
