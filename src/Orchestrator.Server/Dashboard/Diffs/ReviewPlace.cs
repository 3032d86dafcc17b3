namespace Orchestrator.Server.Dashboard.Diffs;

/// <summary>A place of a diff that a reviewer may comment on, and the form's field for it.</summary>
internal sealed record ReviewPlace(int FileIndex, string File, int? Line)
{
    /// <summary>Parts of one file that can be commented on by themselves.</summary>
    private const int MostParts = 20;

    public string FieldName => $"comment-{Name}";

    /// <summary>What it is called in a form.</summary>
    public string Name => NameOf(FileIndex, Line);

    /// <summary>The file, and the first of its parts.</summary>
    public static IEnumerable<ReviewPlace> Of(DiffFile file) => All(file).Take(MostParts + 1);

    /// <summary>The file, and each of its parts.</summary>
    public static IEnumerable<ReviewPlace> All(DiffFile file) =>
        file.Lines.Where(line => line.Kind == DiffLineKind.Hunk)
            .Select(hunk => new ReviewPlace(file.Index, file.Path, hunk.After))
            .Prepend(new ReviewPlace(file.Index, file.Path, null));

    public static string NameOf(int file, int? line) => line is null ? $"{file}" : $"{file}-{line}";
}
