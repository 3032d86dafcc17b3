using System.Text;

namespace Orchestrator.Tools.Tests.Fuzzing;

/// <summary>A file that changes: its lines before and behind the change, and hunks for the way there and back.</summary>
internal sealed class FileDraft
{
    private static readonly string[] Lines =
        ["", "a", "b", "  a", "\tif x:", "}", "return 1;", "+ plus", "- minus", "@@ at", "*** End Patch", "ä 🦊", "end ", "\u2028"];

    private FileDraft(List<string> before, List<string> after, IReadOnlyList<(int At, int Removed, int Added)> edits, string end, bool isOpen)
    {
        Before = before;
        After = after;
        There = Hunks(before, after, edits);
        Back = Hunks(after, before, Reversed(edits));
        End = end;
        IsOpen = isOpen;
    }

    public List<string> Before { get; }

    public List<string> After { get; }

    public string There { get; }

    public string Back { get; }

    /// <summary>What ends its lines.</summary>
    public string End { get; }

    /// <summary>Its last line has no end.</summary>
    public bool IsOpen { get; }

    public string TextBefore => Text(Before);

    public string TextAfter => Text(After);

    /// <summary>Draws a file of several lines with at least one change, which keeps what can be told of its line ends.</summary>
    public static FileDraft Draw(Random random)
    {
        int most = random.Next(2_000) == 0 ? 1_500 : 16;
        List<string> before = [.. Enumerable.Range(0, random.Next(2, most)).Select(_ => Line(random))];
        List<string> after = [];
        List<(int, int, int)> edits = [];
        int copied = 0;
        for (int at = random.Next(0, before.Count); at <= before.Count && edits.Count < 40; at += random.Next(1, 8))
        {
            int removed = Math.Min(random.Next(0, 3), before.Count - at);
            string[] added = [.. Enumerable.Range(0, random.Next(removed == 0 ? 1 : 0, 3)).Select(_ => Line(random))];
            after.AddRange(before[copied..at]);
            after.AddRange(added);
            copied = at + removed;
            edits.Add((at, removed, added.Length));
            at = copied;
        }

        after.AddRange(before[copied..]);
        if (after.Count < 2)
        {
            edits.Add((before.Count, 0, 2 - after.Count));
            after.AddRange(Enumerable.Repeat("x", 2 - after.Count));
        }

        bool isOpen = random.Next(4) == 0 && before[^1].Length > 0 && after[^1].Length > 0;
        return before.SequenceEqual(after) ? Draw(random) : new FileDraft(before, after, edits, random.Next(4) == 0 ? "\r\n" : "\n", isOpen);
    }

    public static string Line(Random random) => random.Next(3) == 0 ? $"line {random.Next(30)}" : Lines[random.Next(Lines.Length)];

    private string Text(List<string> lines) => string.Join(End, lines) + (IsOpen ? "" : End);

    private static List<(int, int, int)> Reversed(IReadOnlyList<(int At, int Removed, int Added)> edits)
    {
        List<(int, int, int)> back = [];
        int moved = 0;
        foreach ((int at, int removed, int added) in edits)
        {
            back.Add((at + moved, added, removed));
            moved += added - removed;
        }

        return back;
    }

    /// <summary>A hunk for each edit, with as many lines around it as make it fit there first; one for the whole file where that can't be.</summary>
    private static string Hunks(List<string> from, List<string> to, IReadOnlyList<(int At, int Removed, int Added)> edits)
    {
        StringBuilder hunks = new();
        int free = 0;
        int moved = 0;
        foreach ((int at, int removed, int added) in edits)
        {
            if (Around(from, free, at, removed) is not var (first, last))
            {
                return Whole(from, to);
            }

            hunks.Append("@@\n");
            Append(hunks, ' ', from, first, at);
            Append(hunks, '-', from, at, at + removed);
            Append(hunks, '+', to, at + moved, at + moved + added);
            Append(hunks, ' ', from, at + removed, last);
            free = last;
            moved += added - removed;
        }

        return hunks.ToString();
    }

    private static string Whole(List<string> from, List<string> to)
    {
        StringBuilder hunk = new("@@\n");
        Append(hunk, '-', from, 0, from.Count);
        Append(hunk, '+', to, 0, to.Count);
        return hunk.ToString();
    }

    private static (int First, int Last)? Around(List<string> lines, int free, int at, int removed)
    {
        if (at < free)
        {
            return null;
        }

        for (int around = 1; around <= 4; around++)
        {
            int first = Math.Max(free, at - around);
            int last = Math.Min(lines.Count, at + removed + around);
            if (last > first && FirstPlace(lines, free, first, last) == first)
            {
                return (first, last);
            }
        }

        return null;
    }

    private static int FirstPlace(List<string> lines, int free, int first, int last)
    {
        for (int start = free; start < first; start++)
        {
            int same = 0;
            while (same < last - first && lines[start + same] == lines[first + same])
            {
                same++;
            }

            if (same == last - first)
            {
                return start;
            }
        }

        return first;
    }

    private static void Append(StringBuilder hunk, char mark, List<string> lines, int first, int last)
    {
        for (int line = first; line < last; line++)
        {
            hunk.Append(mark).Append(lines[line]).Append('\n');
        }
    }
}
