using Orchestrator.Agent.Models;
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
    /// Says how far a turn without an answer has come. An attempt that is still noted as under way, and whose answer can't be fetched, was
    /// lost with its process: it is counted at what was reserved for it, once.
    /// </summary>
    Task<TurnAttempts> TakeUpAsync(string run, int turn, CancellationToken cancellationToken);

    /// <summary>
    /// Notes that a request is about to be sent, with what it may cost, and keeps what it is like: all requests of a turn are the same.
    /// </summary>
    /// <returns>What the turn's first request was like.</returns>
    Task<RequestTerms> BeginAttemptAsync(string run, int turn, RequestTerms terms, decimal reservedUsd, CancellationToken cancellationToken);

    /// <summary>Notes which answer the provider works on in the background: whatever happens, it is fetched and not asked for again.</summary>
    Task KeepResponseAsync(string run, int turn, string responseId, CancellationToken cancellationToken);

    /// <summary>Notes that an attempt has ended without an answer.</summary>
    /// <param name="run">The run.</param>
    /// <param name="turn">The turn.</param>
    /// <param name="isLost">There was an answer, or will be one, that nobody fetches: it is counted at what was reserved for it.</param>
    Task EndAttemptAsync(string run, int turn, bool isLost, CancellationToken cancellationToken);

    /// <summary>
    /// Lets a turn's next request differ from those before it, since these will not be answered. Nothing changes where another attempt
    /// has brought the turn's answer. A model that takes over is shown what a compaction was made from that it can't read.
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
/// <param name="Reader">What it is known by in a transcript: a compaction that another model sealed tells it nothing.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record TakeOver(string From, string To, Origin Reader, string Reason);
