using Orchestrator.Agent.Timeline;

namespace Orchestrator.Agent.Runs;

/// <summary>The runs of a deployment, as people look at them.</summary>
public interface IRunStore
{
    Task<RunSummary?> FindAsync(string run, CancellationToken cancellationToken);

    /// <summary>The sub-agents of a run, in the order in which they were started.</summary>
    /// <param name="run">The run that they work for.</param>
    /// <param name="effect">Only those of this call, by its effect's folder; null for all.</param>
    Task<IReadOnlyList<RunSummary>> ListSubAgentsAsync(string run, string? effect, CancellationToken cancellationToken);

    /// <summary>All runs but those of sub-agents, newest first.</summary>
    Task<IReadOnlyList<RunSummary>> ListAsync(CancellationToken cancellationToken);

    /// <summary>A page of the runs that fit, newest first, but those of sub-agents.</summary>
    Task<FoundRuns> SearchAsync(RunQuery query, CancellationToken cancellationToken);

    /// <summary>What happened in a run before a sequence number, the newest last; with null, up to now.</summary>
    /// <param name="limit">At most so many.</param>
    Task<IReadOnlyList<StoredRunEvent>> ReadNewestEventsAsync(string run, long? before, int limit, CancellationToken cancellationToken);

    /// <summary>What happened in a run after a sequence number.</summary>
    Task<IReadOnlyList<StoredRunEvent>> ReadEventsAsync(string run, long after, CancellationToken cancellationToken);

    /// <summary>Runs without a result, oldest first.</summary>
    Task<IReadOnlyList<UnfinishedRun>> ListUnfinishedAsync(CancellationToken cancellationToken);

    /// <summary>Notes that the hub has taken the run; nothing if the run was reopened since.</summary>
    Task SetScheduledAsync(string run, int reopenings, CancellationToken cancellationToken);

    /// <summary>Keeps a run's result; the first one wins, until the run is reopened.</summary>
    /// <param name="run">The run.</param>
    /// <param name="reopenings">How often the run had been reopened that ended so: a late end of an earlier time is none of this one.</param>
    /// <param name="result">How it ended.</param>
    /// <param name="resumesFrom">The state it may go on from; null if this end is for good.</param>
    /// <param name="happened">What its timeline says.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The result that is stored; null if the run was reopened since.</returns>
    Task<RunResult?> FinishAsync(
        string run, int reopenings, RunResult result, RunState? resumesFrom, RunEvent happened, CancellationToken cancellationToken);

    /// <summary>Has a run go on whose end allows that, and keeps that end; nothing if it has none, or one for good.</summary>
    Task ReopenAsync(string run, string person, CancellationToken cancellationToken);
}

/// <summary>A run without a result.</summary>
/// <param name="RunId">The run.</param>
/// <param name="IsScheduled">The hub has taken it.</param>
/// <param name="Reopenings">How often it was reopened after an end.</param>
/// <param name="ResumesFrom">The state it goes on from; null if it begins.</param>
/// <param name="ParentIsOver">Whether the run is over that it works for; null if it works for none.</param>
public sealed record UnfinishedRun(string RunId, bool IsScheduled, int Reopenings, RunState? ResumesFrom, bool? ParentIsOver);
