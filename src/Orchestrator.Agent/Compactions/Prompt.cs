using Orchestrator.Agent.Models;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Agent.Compactions;

/// <summary>What a model is shown: the transcript, or what a compaction makes of it.</summary>
/// <param name="Entries">The entries, in order.</param>
/// <param name="Compaction">The number of the compaction that they are seen through; null for the full transcript.</param>
public sealed record Prompt(IReadOnlyList<TranscriptEntry> Entries, int? Compaction)
{
    /// <summary>
    /// Keeps the instructions and what people and the orchestrator said, then the pinned ledger and the summary, then the newest
    /// turns whole. The border lies between two turns, so that a call and its result are never parted. A summary that has its endpoint
    /// forget what stands before it comes right behind the instructions.
    /// </summary>
    /// <param name="transcript">The whole transcript.</param>
    /// <param name="compaction">One that succeeded; null for none.</param>
    public static Prompt Of(IReadOnlyList<TranscriptEntry> transcript, Compaction? compaction) =>
        compaction is null
            ? new Prompt(transcript, null)
            : new Prompt(Of(transcript, compaction.Replacement!), compaction.Number);

    /// <summary>
    /// Leaves out what was said in the oldest turns, turn by turn, until no more than a share of the tokens is left; the newest turn
    /// stays, and so does what is never replaced.
    /// </summary>
    /// <param name="share">Between 0 and 1.</param>
    public Prompt Shortened(decimal share)
    {
        long tokens = TokenEstimate.Of(Entries);
        long room = (long)(tokens * share);
        int through = -1;
        foreach (IGrouping<int, TranscriptEntry> turn in Entries.Where(IsReplaceable).GroupBy(entry => entry.Turn).OrderBy(turn => turn.Key).SkipLast(1))
        {
            if (tokens <= room)
            {
                break;
            }

            tokens -= TokenEstimate.Of(turn);
            through = turn.Key;
        }

        return this with { Entries = [.. Entries.Where(entry => entry.Turn > through || !IsReplaceable(entry))] };
    }

    internal static IReadOnlyList<TranscriptEntry> Of(IReadOnlyList<TranscriptEntry> transcript, Replacement replacement)
    {
        TranscriptEntry[] kept =
        [
            .. transcript.Where(entry => entry.Turn <= replacement.Through && !IsReplaceable(entry)),
            TranscriptEntry.User(replacement.Through, replacement.Pinned),
        ];
        int place = EndsWhatCameBefore(replacement.Summary) ? kept.TakeWhile(entry => entry.Kind == EntryKind.Instructions).Count() : kept.Length;
        return [.. kept[..place], replacement.Summary, .. kept[place..], .. transcript.Where(entry => entry.Turn > replacement.Through)];
    }

    /// <summary>An endpoint of Messages drops every message before its own compaction: what must be read stands behind it.</summary>
    private static bool EndsWhatCameBefore(TranscriptEntry summary) =>
        summary.Kind == EntryKind.ProviderItem && summary.Origin is { Dialect: Dialect.Messages };

    /// <summary>What the model said and what tools answered; instructions and what people said stay word for word.</summary>
    internal static bool IsReplaceable(TranscriptEntry entry) => entry.Kind is EntryKind.ProviderItem or EntryKind.Observation or EntryKind.Screenshot;
}
