using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Agent.Turns;

/// <summary>The model answers of runs.</summary>
public interface IReplyStore
{
    Task<CommittedReply?> FindAsync(string run, int turn, CancellationToken cancellationToken);

    /// <summary>All answers of a run, in order.</summary>
    Task<IReadOnlyList<CommittedReply>> ListAsync(string run, CancellationToken cancellationToken);

    /// <summary>
    /// Notes that a request is about to be sent, so that an attempt that a crash cut off is counted, and keeps what it is like: all
    /// requests of a turn are the same.
    /// </summary>
    /// <returns>What the turn's first request was like.</returns>
    Task<RequestTerms> BeginAttemptAsync(string run, int turn, RequestTerms terms, CancellationToken cancellationToken);

    /// <summary>
    /// Lets a turn's next request differ from those before it, since these will not be answered; a request after an answer stays as
    /// it was.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="turn">The turn.</param>
    /// <param name="takesOver">The model that works on the run from now on; null if that stays.</param>
    /// <param name="happened">What the run's followers are told.</param>
    Task RestateAsync(string run, int turn, TakeOver? takesOver, RunEvent happened, CancellationToken cancellationToken);

    /// <summary>Tells what became of a request that brought no answer.</summary>
    Task TellAsync(string run, RunEvent happened, CancellationToken cancellationToken);

    /// <summary>Keeps an answer with its transcript entries, and counts it; the first answer of a turn wins.</summary>
    /// <returns>The answer that is stored.</returns>
    Task<CommittedReply> CommitAsync(
        CommittedReply reply, IReadOnlyList<TranscriptEntry> entries, IReadOnlyList<RunEvent> happened, CancellationToken cancellationToken);
}

/// <summary>What a turn's requests depend on beside the transcript.</summary>
/// <param name="MaxOutputTokens">The longest answer that they ask for, in tokens.</param>
/// <param name="Compaction">The compaction through which they show the transcript; null for the full one.</param>
public sealed record RequestTerms(int MaxOutputTokens, int? Compaction);

/// <summary>A model takes over from another.</summary>
/// <param name="From">The catalogue's id of the model before.</param>
/// <param name="To">The catalogue's id of the model that works on the run from now on.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record TakeOver(string From, string To, string Reason);
