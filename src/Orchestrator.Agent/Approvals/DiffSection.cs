namespace Orchestrator.Agent.Approvals;

/// <summary>What a diff does to one file, by the places of its lines, so that people can read it and parts of it can be taken out of its bytes.</summary>
/// <param name="File">The file, as reviews name it.</param>
/// <param name="Start">Its first line's place in the diff.</param>
/// <param name="End">The place behind its last line.</param>
/// <param name="IsWhole">It is new, or gone.</param>
/// <param name="Hunks">Its parts in their order; none for what has no lines, as a binary file.</param>
public sealed record DiffSection(string File, int Start, int End, bool IsWhole, IReadOnlyList<DiffSectionHunk> Hunks)
{
    private const string Header = "diff --git ";

    /// <summary>The place of its first part; its end if it has none.</summary>
    public int Body => Hunks.Count > 0 ? Hunks[0].Start : End;

    /// <param name="lines">The diff, split at its lines' ends.</param>
    public static IReadOnlyList<DiffSection> Read(string[] lines)
    {
        // The text ends with a line's end, behind which there is no line.
        int end = lines[^1].Length == 0 ? lines.Length - 1 : lines.Length;
        int[] starts = [.. Enumerable.Range(0, end).Where(at => lines[at].StartsWith(Header, StringComparison.Ordinal))];
        return [.. starts.Select((start, index) => Read(lines, start, index + 1 < starts.Length ? starts[index + 1] : end))];
    }

    private static DiffSection Read(string[] lines, int start, int end)
    {
        (int At, int Line)[] hunks = [..
            from at in Enumerable.Range(start, end - start)
            let line = DiffHunks.LineOf(lines[at])
            where line is not null
            select (at, line.Value)];
        string[] head = lines[start..(hunks.Length > 0 ? hunks[0].At : end)];
        string file = DiffHunks.FilesOf(string.Join('\n', head)) is [var named, ..] ? named : head[0][Header.Length..];
        return new DiffSection(
            file,
            start,
            end,
            head.Any(IsOfAWholeFile),
            [.. hunks.Select((hunk, index) => new DiffSectionHunk(hunk.Line, hunk.At, index + 1 < hunks.Length ? hunks[index + 1].At : end))]);
    }

    private static bool IsOfAWholeFile(string line) =>
        line.StartsWith("new file mode ", StringComparison.Ordinal) || line.StartsWith("deleted file mode ", StringComparison.Ordinal);
}

/// <summary>A part of a file's diff.</summary>
/// <param name="Line">Its first line behind the change.</param>
/// <param name="Start">The place of its <c>@@</c> in the diff.</param>
/// <param name="End">The place behind its last line.</param>
public sealed record DiffSectionHunk(int Line, int Start, int End);
