namespace Orchestrator.Server.Dashboard.Diffs;

/// <summary>A place of a diff that a reviewer may comment on, and the form's field for it.</summary>
internal sealed record ReviewPlace(int FileIndex, string File, int? Line)
{
    /// <summary>Parts of one file that can be commented on by themselves.</summary>
    private const int MostParts = 20;

    public string FieldName => Line is null ? $"comment-{FileIndex}" : $"comment-{FileIndex}-{Line}";

    public static IEnumerable<ReviewPlace> Of(DiffFile file) =>
        file.Lines.Where(line => line.Kind == DiffLineKind.Hunk).Take(MostParts)
            .Select(hunk => new ReviewPlace(file.Index, file.Path, hunk.After))
            .Prepend(new ReviewPlace(file.Index, file.Path, null));
}
