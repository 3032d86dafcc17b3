using System.Text.RegularExpressions;

namespace Orchestrator.Agent.Approvals;

/// <summary>The files and hunks of a diff, so that a review can name them.</summary>
public static partial class DiffHunks
{
    /// <summary>The files that a diff changes, in its order; a file that moved is called by its new name.</summary>
    public static IReadOnlyList<string> FilesOf(string diff) => [.. Of(diff).Select(hunk => hunk.File).Distinct(StringComparer.Ordinal)];

    /// <returns>The hunks in their order; a file without any, such as one that only moved, has one without lines.</returns>
    public static IReadOnlyList<DiffHunk> Of(string diff)
    {
        List<DiffHunk> hunks = [];
        string? file = null;
        foreach (string line in diff.Split('\n'))
        {
            if (Header().Match(line) is { Success: true } header)
            {
                file = header.Groups["new"].Value;
                hunks.Add(new DiffHunk(file, null, 0));
            }
            else if (file is not null && line.StartsWith("rename to ", StringComparison.Ordinal))
            {
                file = line["rename to ".Length..].Trim('"');
                hunks[^1] = new DiffHunk(file, null, 0);
            }
            else if (file is not null && Range().Match(line) is { Success: true } range)
            {
                _ = hunks[^1] is { Line: null } bare && bare.File == file && hunks.Remove(bare);
                hunks.Add(new DiffHunk(file, Number(range, "line") ?? 0, Number(range, "count") ?? 1));
            }
        }

        return hunks;
    }

    /// <summary>The first line behind the change, of a line that begins a hunk; null for any other line.</summary>
    internal static int? LineOf(string line) => Range().Match(line) is { Success: true } range ? Number(range, "line") ?? 0 : null;

    private static int? Number(Match match, string group) =>
        match.Groups[group] is { Success: true } found && int.TryParse(found.ValueSpan, out int number) ? number : null;

    [GeneratedRegex("""^diff --git "?a/(?<old>.*?)"? "?b/(?<new>.*?)"?$""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Header();

    [GeneratedRegex(@"^@@ -\d+(,\d+)? \+(?<line>\d+)(,(?<count>\d+))? @@", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Range();
}

/// <summary>A part of a diff.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">Its first line behind the change; null where there are no lines.</param>
/// <param name="Lines">How many lines it has behind the change.</param>
public sealed record DiffHunk(string File, int? Line, int Lines);
