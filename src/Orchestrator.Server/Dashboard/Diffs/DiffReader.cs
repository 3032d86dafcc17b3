using System.Text.RegularExpressions;
using Orchestrator.Agent.Approvals;

namespace Orchestrator.Server.Dashboard.Diffs;

/// <summary>Reads a git diff for people. No line of it is lost: what is not understood is a remark.</summary>
internal static partial class DiffReader
{
    private const string Header = "diff --git ";

    public static IReadOnlyList<DiffFile> Read(string diff)
    {
        string[] lines = diff.Split('\n');
        int[] starts = [.. Enumerable.Range(0, lines.Length).Where(at => lines[at].StartsWith(Header, StringComparison.Ordinal))];
        return [.. starts.Select((start, index) => Read(index, lines[start..(index + 1 < starts.Length ? starts[index + 1] : EndOf(lines))]))];
    }

    /// <summary>The text ends with a line's end, behind which there is no line.</summary>
    private static int EndOf(string[] lines) => lines[^1].Length == 0 ? lines.Length - 1 : lines.Length;

    private static DiffFile Read(int index, string[] lines)
    {
        int body = Array.FindIndex(lines, line => line.StartsWith("@@ ", StringComparison.Ordinal));
        string[] head = body < 0 ? lines : lines[..body];
        string path = DiffHunks.FilesOf(string.Join('\n', head)) is [var named, ..] ? named : head[0][Header.Length..];
        return new DiffFile(index, path, [.. head.Skip(1).Where(IsNote)], body < 0 ? [] : ReadBody(lines[body..]));
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
