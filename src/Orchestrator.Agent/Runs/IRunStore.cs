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
    /// <param name="run">The run.</param>
    /// <param name="result">How it ended.</param>
    /// <param name="resumesFrom">The state it may go on from; null if this end is for good.</param>
    /// <param name="happened">What its timeline says.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The result that is stored.</returns>
    Task<RunResult> FinishAsync(
        string run, RunResult result, RunState? resumesFrom, RunEvent happened, CancellationToken cancellationToken);

    /// <summary>Takes the end of a run back that may go on; nothing if it has none, or one for good.</summary>
    Task ReopenAsync(string run, RunEvent happened, CancellationToken cancellationToken);
}

/// <summary>A run without a result.</summary>
/// <param name="RunId">The run.</param>
/// <param name="IsScheduled">The hub has taken it.</param>
/// <param name="ResumesFrom">The state it goes on from; null if it begins.</param>
public sealed record UnfinishedRun(string RunId, bool IsScheduled, RunState? ResumesFrom);
