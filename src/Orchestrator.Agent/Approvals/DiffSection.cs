namespace Orchestrator.Agent.Approvals;

/// <summary>What a diff does to one file, by the places of its lines, so that parts of it can be taken out of its bytes.</summary>
/// <param name="File">The file, as reviews name it.</param>
/// <param name="Start">Its first line's place in the diff.</param>
/// <param name="End">The place behind its last line.</param>
/// <param name="IsWhole">It is new, or gone.</param>
/// <param name="Hunks">Its parts in their order; none for what has no lines, as a binary file.</param>
internal sealed record DiffSection(string File, int Start, int End, bool IsWhole, IReadOnlyList<DiffSectionHunk> Hunks)
{
    public static IReadOnlyList<DiffSection> Read(string diff)
    {
        string[] lines = diff.Split('\n');
        int end = lines[^1].Length == 0 ? lines.Length - 1 : lines.Length;
        int[] starts = [.. Enumerable.Range(0, end).Where(at => lines[at].StartsWith("diff --git ", StringComparison.Ordinal))];
        return [.. starts.Select((start, index) => Read(lines, start, index + 1 < starts.Length ? starts[index + 1] : end))];
    }

    private static DiffSection Read(string[] lines, int start, int end)
    {
        int[] starts = [.. Enumerable.Range(start, end - start).Where(at => lines[at].StartsWith("@@ ", StringComparison.Ordinal))];
        string[] head = lines[start..(starts.Length > 0 ? starts[0] : end)];
        IReadOnlyList<DiffHunk> named = DiffHunks.Of(string.Join('\n', lines[start..end]));
        DiffSectionHunk[] hunks = [.. starts.Select((at, index) => new DiffSectionHunk(
            named[index].Line ?? 0, at, index + 1 < starts.Length ? starts[index + 1] : end))];
        return new DiffSection(named[0].File, start, end, head.Any(IsOfAWholeFile), hunks);
    }

    private static bool IsOfAWholeFile(string line) =>
        line.StartsWith("new file mode ", StringComparison.Ordinal) || line.StartsWith("deleted file mode ", StringComparison.Ordinal);
}

/// <summary>A part of a file's diff.</summary>
/// <param name="Line">Its first line behind the change.</param>
/// <param name="Start">The place of its <c>@@</c> in the diff.</param>
/// <param name="End">The place behind its last line.</param>
internal sealed record DiffSectionHunk(int Line, int Start, int End);
