using Orchestrator.Agent.Timeline;

namespace Orchestrator.Agent.Transcripts;

/// <summary>The append-only transcripts of runs.</summary>
public interface ITranscriptStore
{
    /// <summary>Appends entries and an event under a key; a second append under the same key changes nothing.</summary>
    Task AppendAsync(string run, string key, IReadOnlyList<TranscriptEntry> entries, RunEvent? happened, CancellationToken cancellationToken);

    /// <summary>The whole transcript, in order.</summary>
    Task<IReadOnlyList<TranscriptEntry>> ReadAsync(string run, CancellationToken cancellationToken);

    /// <summary>The transcript without what the model said and what tools answered up to a turn, in order.</summary>
    Task<IReadOnlyList<TranscriptEntry>> ReadAfterAsync(string run, int turn, CancellationToken cancellationToken);
}
