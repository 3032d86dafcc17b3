using System.Text.RegularExpressions;

namespace Orchestrator.Tools.ApplyPatch;

/// <summary>Reads hunks: lines marked with a blank, <c>-</c> or <c>+</c>, below <c>@@</c> lines that say where they belong.</summary>
internal sealed partial class HunkReader(PatchLines lines)
{
    private const string EndOfFile = "*** End of File";
    private const string Marks = "a line of a hunk begins with ' ' (stays), '-' (goes) or '+' (comes); a hunk begins with '@@', or '@@ ' and a line above it";

    private readonly List<Hunk> _hunks = [];
    private readonly List<string> _anchors = [];
    private readonly List<HunkLine> _lines = [];

    /// <summary>The hunks up to the end, or to the next line that begins with three asterisks.</summary>
    /// <exception cref="PatchException">A line is none of a hunk.</exception>
    public IReadOnlyList<Hunk> Read()
    {
        for (; !lines.IsOver; lines.Advance())
        {
            string line = lines.Current;
            if (line.TrimEnd() == EndOfFile)
            {
                EndHunk(isAtEnd: true);
            }
            else if (line.StartsWith("***", StringComparison.Ordinal))
            {
                break;
            }
            else if (line == "@@" || line.StartsWith("@@ ", StringComparison.Ordinal))
            {
                BeginHunk(line);
            }
            else
            {
                ReadLine(line);
            }
        }

        EndHunk(isAtEnd: false);
        return _hunks;
    }

    private void BeginHunk(string line)
    {
        if (_lines.Count > 0)
        {
            EndHunk(isAtEnd: false);
        }

        // Line numbers, as other diffs have them, are no line of the file.
        string anchor = line.Length > 3 && !LineNumbers().IsMatch(line) ? line[3..] : "";
        if (!string.IsNullOrWhiteSpace(anchor))
        {
            _anchors.Add(anchor);
        }
    }

    private void ReadLine(string line)
    {
        if (line.Length == 0)
        {
            _lines.Add(new HunkLine(HunkLineKind.Kept, ""));
            return;
        }

        switch (line[0])
        {
            case ' ':
                _lines.Add(new HunkLine(HunkLineKind.Kept, line[1..]));
                break;
            case '-':
                _lines.Add(new HunkLine(HunkLineKind.Removed, line[1..]));
                break;
            case '+':
                _lines.Add(new HunkLine(HunkLineKind.Added, line[1..]));
                break;
            case '\\':
                // Other diffs say here that a file lacks its last line end; that stays as it is.
                break;
            default:
                throw lines.Wrong(Marks);
        }
    }

    private void EndHunk(bool isAtEnd)
    {
        // Empty lines between the parts of a patch are none of a file's.
        if (_lines.Any(line => line.Text.Length > 0 || line.Kind != HunkLineKind.Kept))
        {
            _hunks.Add(new Hunk([.. _anchors], [.. _lines], isAtEnd));
        }
        else if (isAtEnd || _anchors.Count > 0)
        {
            throw lines.Wrong("the hunk has no line that stays, goes or comes");
        }

        _anchors.Clear();
        _lines.Clear();
    }

    [GeneratedRegex(@"^@@ -\d+(,\d+)? \+\d+(,\d+)? @@", RegexOptions.ExplicitCapture)]
    private static partial Regex LineNumbers();
}
