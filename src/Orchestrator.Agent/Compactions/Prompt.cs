using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Agent.Compactions;

/// <summary>What a model is shown: the transcript, or what a compaction makes of it.</summary>
/// <param name="Entries">The entries, in order.</param>
/// <param name="Compaction">The number of the compaction that they are seen through; null for the full transcript.</param>
public sealed record Prompt(IReadOnlyList<TranscriptEntry> Entries, int? Compaction)
{
    /// <summary>
    /// Keeps the instructions and what people and the orchestrator said, then the pinned ledger and the summary, then the newest
    /// turns whole. The border lies between two turns, so that a call and its result are never parted.
    /// </summary>
    /// <param name="transcript">The whole transcript.</param>
    /// <param name="compaction">One that succeeded; null for none.</param>
    public static Prompt Of(IReadOnlyList<TranscriptEntry> transcript, Compaction? compaction) =>
        compaction is null
            ? new Prompt(transcript, null)
            : new Prompt(Of(transcript, compaction.Replacement!), compaction.Number);

    internal static IReadOnlyList<TranscriptEntry> Of(IReadOnlyList<TranscriptEntry> transcript, Replacement replacement) =>
    [
        .. transcript.Where(entry => entry.Turn <= replacement.Through && !IsReplaceable(entry)),
        TranscriptEntry.User(replacement.Through, replacement.Pinned),
        replacement.Summary,
        .. transcript.Where(entry => entry.Turn > replacement.Through),
    ];

    /// <summary>What the model said and what tools answered; instructions and what people said stay word for word.</summary>
    internal static bool IsReplaceable(TranscriptEntry entry) => entry.Kind is EntryKind.ProviderItem or EntryKind.Observation;
}
