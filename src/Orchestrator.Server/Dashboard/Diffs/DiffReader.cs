using System.Text.RegularExpressions;
using Orchestrator.Agent.Approvals;

namespace Orchestrator.Server.Dashboard.Diffs;

/// <summary>Reads a git diff for people. No line of it is lost: what is not understood is a remark.</summary>
internal static partial class DiffReader
{
    public static IReadOnlyList<DiffFile> Read(string diff)
    {
        string[] lines = diff.Split('\n');
        return [.. DiffSection.Read(lines).Select((section, index) => new DiffFile(
            index, section.File, [.. lines[(section.Start + 1)..section.Body].Where(IsNote)], ReadBody(lines[section.Body..section.End])))];
    }

    /// <summary>The names of the file are said above its lines anyway, and its hashes tell nobody anything.</summary>
    private static bool IsNote(string line) =>
        !line.StartsWith("index ", StringComparison.Ordinal) && !line.StartsWith("--- ", StringComparison.Ordinal) && !line.StartsWith("+++ ", StringComparison.Ordinal);

    private static List<DiffLine> ReadBody(string[] lines)
    {
        List<DiffLine> read = [];
        int before = 0;
        int after = 0;
        foreach (string line in lines)
        {
            if (Range().Match(line) is { Success: true } range)
            {
                before = int.Parse(range.Groups["before"].ValueSpan);
                after = int.Parse(range.Groups["after"].ValueSpan);
                read.Add(new DiffLine(DiffLineKind.Hunk, null, after, line));
                continue;
            }

            read.Add(line switch
            {
                ['+', .. var text] => new DiffLine(DiffLineKind.Added, null, after++, text),
                ['-', .. var text] => new DiffLine(DiffLineKind.Removed, before++, null, text),
                [' ', .. var text] => new DiffLine(DiffLineKind.Same, before++, after++, text),
                _ => new DiffLine(DiffLineKind.Remark, null, null, line),
            });
        }

        return read;
    }

    [GeneratedRegex(@"^@@ -(?<before>\d{1,9})(,\d+)? \+(?<after>\d{1,9})(,\d+)? @@", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Range();
}
