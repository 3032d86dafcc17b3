using System.Text;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Cli.Listing;

/// <summary>A compaction as <c>compactions show</c> prints it.</summary>
/// <param name="Compaction">What lists say of it.</param>
/// <param name="Pinned">The ledger that stands beside the summary; null if it failed.</param>
/// <param name="Summary">The summary; null if it failed.</param>
/// <param name="Changes">What it changed of what the model is shown, entry by entry; empty if it failed.</param>
internal sealed record ShownCompaction(
    ListedCompaction Compaction, string? Pinned, string? Summary, IReadOnlyList<ShownChange> Changes)
{
    /// <param name="transcript">The whole transcript.</param>
    /// <param name="wanted">The compaction.</param>
    /// <param name="all">All of the run.</param>
    public static ShownCompaction Of(IReadOnlyList<TranscriptEntry> transcript, Compaction wanted, IReadOnlyList<Compaction> all)
    {
        if (wanted.Replacement is not { } replacement)
        {
            return new ShownCompaction(ListedCompaction.Of(wanted), null, null, []);
        }

        Compaction? basis = wanted.Basis is { } number ? all.First(compaction => compaction.Number == number) : null;
        return new ShownCompaction(
            ListedCompaction.Of(wanted),
            replacement.Pinned,
            Encoding.UTF8.GetString(replacement.Summary.Body.Span),
            [.. PromptChange.Of(transcript, wanted, basis).Select(ShownChange.Of)]);
    }

    /// <summary>For a person: what stayed by its first line, what went and came whole.</summary>
    public void Print()
    {
        Console.WriteLine($"compaction {Compaction.Number} after turn {Compaction.Turn}: {Compaction.State.ToString().ToLowerInvariant()}");
        if (Compaction.Failure is { } failure)
        {
            Console.WriteLine($"  {Visible.Of(failure)}");
        }

        foreach (ShownChange change in Changes)
        {
            char mark = change.Mark switch { ChangeMark.Stayed => ' ', ChangeMark.Went => '-', ChangeMark.Came => '+' };
            string[] lines = change.Text.Split('\n');
            Console.WriteLine($"{mark} [{change.Who}, turn {change.Turn}] {Visible.Of(lines[0])}{(change.Mark == ChangeMark.Stayed && lines.Length > 1 ? " …" : string.Empty)}");
            foreach (string line in change.Mark == ChangeMark.Stayed ? [] : lines.Skip(1))
            {
                Console.WriteLine($"{mark}     {Visible.Of(line)}");
            }
        }
    }
}

/// <summary>One entry of what the model is shown, and what became of it.</summary>
internal sealed record ShownChange(ChangeMark Mark, int Turn, string Who, string Text)
{
    public static ShownChange Of(PromptChange change) =>
        new(change.Mark, change.Entry.Turn, WhoSpeaksIn(change.Entry.Kind), TextOf(change.Entry));

    private static string TextOf(TranscriptEntry entry) =>
        entry.Kind == EntryKind.Screenshot ? $"a picture of {entry.Body.Length:N0} bytes" : Encoding.UTF8.GetString(entry.Body.Span);

    private static string WhoSpeaksIn(EntryKind kind) => kind switch
    {
        EntryKind.Instructions => "instructions",
        EntryKind.User => "user",
        EntryKind.ProviderItem => "model",
        EntryKind.Observation => "tool",
        EntryKind.Screenshot => "screen",
    };
}
