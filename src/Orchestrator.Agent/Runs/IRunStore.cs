using Orchestrator.Agent.Timeline;

namespace Orchestrator.Agent.Runs;

/// <summary>The runs of a deployment, as people look at them.</summary>
public interface IRunStore
{
    Task<RunSummary?> FindAsync(string run, CancellationToken cancellationToken);

    /// <summary>All runs, newest first.</summary>
    Task<IReadOnlyList<RunSummary>> ListAsync(CancellationToken cancellationToken);

    /// <summary>What happened in a run after a sequence number.</summary>
    Task<IReadOnlyList<StoredRunEvent>> ReadEventsAsync(string run, long after, CancellationToken cancellationToken);

    /// <summary>Runs without a result, oldest first.</summary>
    Task<IReadOnlyList<UnfinishedRun>> ListUnfinishedAsync(CancellationToken cancellationToken);

    /// <summary>Notes that the hub has taken the run.</summary>
    Task SetScheduledAsync(string run, CancellationToken cancellationToken);

    /// <summary>Keeps a run's result; the first one wins.</summary>
    /// <returns>The result that is stored.</returns>
    Task<RunResult> FinishAsync(string run, RunResult result, RunEvent happened, CancellationToken cancellationToken);
}

/// <summary>A run without a result.</summary>
/// <param name="RunId">The run.</param>
/// <param name="IsScheduled">The hub has taken it.</param>
public sealed record UnfinishedRun(string RunId, bool IsScheduled);
