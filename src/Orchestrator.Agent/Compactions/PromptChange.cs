using System.Text.Json.Serialization;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Agent.Compactions;

/// <summary>What a compaction did to what the model is shown, entry by entry, in the order in which it is shown.</summary>
/// <param name="Mark">Whether the entry stayed, was taken away or came.</param>
/// <param name="Entry">The entry.</param>
public sealed record PromptChange(ChangeMark Mark, TranscriptEntry Entry)
{
    /// <param name="transcript">The whole transcript.</param>
    /// <param name="compaction">One that has a replacement.</param>
    /// <param name="basis">The one that it was made from; null if it was made from the full transcript.</param>
    public static IReadOnlyList<PromptChange> Of(IReadOnlyList<TranscriptEntry> transcript, Compaction compaction, Compaction? basis)
    {
        TranscriptEntry[] then = [.. transcript.Where(entry => entry.Turn <= compaction.Turn)];
        IReadOnlyList<TranscriptEntry> before = Prompt.Of(then, basis).Entries;
        IReadOnlyList<TranscriptEntry> after = Prompt.Of(then, compaction).Entries;
        var kept = new HashSet<TranscriptEntry>(before, ReferenceEqualityComparer.Instance);
        kept.IntersectWith(after);
        var left = new Queue<TranscriptEntry>(before);
        var changes = new List<PromptChange>();
        foreach (TranscriptEntry entry in after)
        {
            // What stayed has kept its order.
            while (left.TryPeek(out TranscriptEntry? gone) && !kept.Contains(gone))
            {
                changes.Add(new PromptChange(ChangeMark.Went, left.Dequeue()));
            }

            bool hasStayed = kept.Contains(entry);
            changes.Add(new PromptChange(hasStayed ? ChangeMark.Stayed : ChangeMark.Came, entry));
            if (hasStayed)
            {
                left.Dequeue();
            }
        }

        return changes;
    }
}

/// <summary>What became of an entry.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChangeMark>))]
public enum ChangeMark
{
    [JsonStringEnumMemberName("stayed")]
    Stayed,

    [JsonStringEnumMemberName("went")]
    Went,

    [JsonStringEnumMemberName("came")]
    Came,
}
