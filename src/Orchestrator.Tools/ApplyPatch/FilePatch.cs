namespace Orchestrator.Tools.ApplyPatch;

/// <summary>What a patch does to one file.</summary>
internal abstract record FilePatch
{
    private FilePatch(string path) => Path = path;

    /// <summary>As the model names it.</summary>
    public string Path { get; }

    /// <summary>A new file of these lines.</summary>
    public sealed record Create(string File, IReadOnlyList<string> Lines) : FilePatch(File);

    public sealed record Delete(string File) : FilePatch(File);

    /// <summary>Changes a file, or moves it, or both.</summary>
    public sealed record Update(string File, string? MoveTo, IReadOnlyList<Hunk> Hunks) : FilePatch(File);
}

/// <summary>One place of a file that changes.</summary>
/// <param name="Anchors">Lines above the place, from the outermost on; each is looked for behind the one before it.</param>
/// <param name="Lines">What is there and what becomes of it.</param>
/// <param name="IsAtEnd">The place is the end of the file.</param>
internal sealed record Hunk(IReadOnlyList<string> Anchors, IReadOnlyList<HunkLine> Lines, bool IsAtEnd)
{
    /// <summary>The lines that must be there.</summary>
    public IReadOnlyList<string> Old => [.. Lines.Where(line => line.Kind != HunkLineKind.Added).Select(line => line.Text)];
}

/// <summary>A line of a hunk, without its mark.</summary>
internal readonly record struct HunkLine(HunkLineKind Kind, string Text);

/// <summary>What becomes of a line.</summary>
internal enum HunkLineKind
{
    /// <summary>It stays, and shows where the hunk belongs.</summary>
    Kept,

    Removed,

    Added,
}
