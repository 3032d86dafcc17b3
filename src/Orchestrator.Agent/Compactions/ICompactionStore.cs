using Orchestrator.Agent.Timeline;

namespace Orchestrator.Agent.Compactions;

/// <summary>The compactions of runs, by run and number.</summary>
public interface ICompactionStore
{
    Task<Compaction?> FindAsync(string run, int number, CancellationToken cancellationToken);

    /// <summary>The newest of a run in a state.</summary>
    Task<Compaction?> FindNewestAsync(string run, CompactionState state, CancellationToken cancellationToken);

    /// <summary>The newest of a run that is over and was not ended by its provider: one that says when the next is worth while.</summary>
    Task<Compaction?> FindNewestTellingAsync(string run, CancellationToken cancellationToken);

    /// <summary>The compaction through which the model saw the transcript when it gave a turn's answer; null where it saw all of it.</summary>
    Task<int?> FindSeenThroughAsync(string run, int turn, CancellationToken cancellationToken);

    /// <summary>All of a run, in order.</summary>
    Task<IReadOnlyList<Compaction>> ListAsync(string run, CancellationToken cancellationToken);

    /// <summary>
    /// Notes that a summary is about to be asked for, so that an attempt that a crash cut off is counted, and keeps the longest answer
    /// it asks for: all requests of a compaction are the same.
    /// </summary>
    /// <returns>The longest answer, in tokens, that its first request asked for; null if what it would be made from is no longer in use.</returns>
    Task<int?> BeginAttemptAsync(Compaction begun, int maxOutputTokens, CancellationToken cancellationToken);

    /// <summary>Tells what became of a request that brought no answer.</summary>
    Task TellAsync(string run, RunEvent happened, CancellationToken cancellationToken);

    /// <summary>Keeps how a compaction ended, and counts what it cost; the first end wins.</summary>
    /// <returns>The compaction that is stored.</returns>
    Task<Compaction> CommitAsync(Compaction ended, RunEvent happened, CancellationToken cancellationToken);

    /// <summary>Has the next turn be shown again what the compaction was made from.</summary>
    /// <param name="run">The run.</param>
    /// <param name="number">The compaction.</param>
    /// <param name="tokens">What the conversation takes without it.</param>
    /// <param name="happened">What is told of it.</param>
    /// <param name="person">Who has it undone.</param>
    /// <returns>False if the run is over, or the compaction isn't the newest that is in use, or another is being made from it.</returns>
    Task<bool> UndoAsync(string run, int number, long tokens, RunEvent happened, string person, CancellationToken cancellationToken);
}
