namespace Orchestrator.Server.Dashboard.Diffs;

/// <summary>What a diff does to one file.</summary>
/// <param name="Index">Its place in the diff, from 0.</param>
/// <param name="Path">The file, as reviews name it.</param>
/// <param name="Notes">What is said of it beside its lines: that it is new, moved, binary.</param>
/// <param name="Lines">Its lines with those around them.</param>
public sealed record DiffFile(int Index, string Path, IReadOnlyList<string> Notes, IReadOnlyList<DiffLine> Lines)
{
    /// <summary>It is new, or gone: there are no parts of it to leave out.</summary>
    public bool IsWhole { get; } = Notes.Any(note => note.StartsWith("new file mode ", StringComparison.Ordinal) || note.StartsWith("deleted file mode ", StringComparison.Ordinal));

    public int Added { get; } = Lines.Count(line => line.Kind == DiffLineKind.Added);

    public int Removed { get; } = Lines.Count(line => line.Kind == DiffLineKind.Removed);
}

/// <summary>A line of a diff.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Before">Its number before the change; null where it has none.</param>
/// <param name="After">Its number behind the change; null where it has none.</param>
/// <param name="Text">What it says, without the sign before it.</param>
public sealed record DiffLine(DiffLineKind Kind, int? Before, int? After, string Text);

/// <summary>The kinds of lines in a diff.</summary>
public enum DiffLineKind
{
    Same,
    Added,
    Removed,

    /// <summary>Where a part begins.</summary>
    Hunk,

    /// <summary>About the line before it.</summary>
    Remark,
}
