using System.Text;

namespace Orchestrator.Tools.FileSearch;

/// <summary>What a search through files found.</summary>
/// <param name="Files">The files with matching lines, in order, and how many these are.</param>
/// <param name="Lines">Lines of the first of them, with those around; files that are not text have none.</param>
/// <param name="Trouble">What was not looked at, and why; empty if there is nothing to say.</param>
internal sealed record SearchFindings(IReadOnlyList<(FileName File, int Matches)> Files, IReadOnlyList<FoundLine> Lines, string Trouble)
{
    private const int LongestLine = 400;

    /// <summary>Reads what search.sh writes; where it was cut, up to there.</summary>
    public static SearchFindings Read(ReadOnlyMemory<byte> output, string trouble)
    {
        var files = new List<(FileName, int)>();
        var lines = new List<FoundLine>();
        while (TryTake(ref output, 0, out ReadOnlyMemory<byte> name) && !name.IsEmpty && TryTake(ref output, (byte)'\n', out ReadOnlyMemory<byte> count))
        {
            files.Add((new FileName(name), int.Parse(count.Span, provider: null)));
        }

        while (TryTake(ref output, 0, out ReadOnlyMemory<byte> name) && TryTake(ref output, (byte)'\n', out ReadOnlyMemory<byte> line))
        {
            int mark = line.Span.IndexOfAny((byte)':', (byte)'-');
            lines.Add(new FoundLine(new FileName(name), int.Parse(line.Span[..mark], provider: null), line.Span[mark] == ':', line[(mark + 1)..]));
        }

        return new SearchFindings(files, lines, trouble);
    }

    /// <summary>Each file with its number of matching lines.</summary>
    public string ShowNames(int most)
    {
        StringBuilder text = new();
        foreach ((FileName file, int matches) in Files.Take(most))
        {
            text.Append($"{file.Shown}: {matches} {(matches == 1 ? "line" : "lines")}\n");
        }

        return text.Append(More(Files.Count - most, "file")).Append(Trouble).ToString();
    }

    /// <summary>The matching lines below their file's name, each behind its number; lines around them behind a hyphen.</summary>
    public string ShowLines(int most)
    {
        StringBuilder text = new();
        ILookup<string, FoundLine> lines = Lines.ToLookup(line => line.File.Shown);
        int shown = 0;
        foreach ((FileName file, int matches) in Files)
        {
            if (shown >= most)
            {
                break;
            }

            FoundLine[] own = [.. lines[file.Shown]];
            text.Append(own.Length == 0 ? $"{file.Shown}: matches, and is not text\n" : $"{file.Shown}:\n");
            shown += own.Length == 0 ? matches : 0;
            foreach (FoundLine line in own.TakeWhile(line => !line.IsMatch || shown < most))
            {
                text.Append($"{line.Number,6}{(line.IsMatch ? ':' : '-')} {TextOf(line)}\n");
                shown += line.IsMatch ? 1 : 0;
            }
        }

        return text.Append(More(Files.Sum(file => file.Matches) - shown, "line")).Append(Trouble).ToString();
    }

    public static string More(int count, string what) => count > 0 ? $"({count} more {(count == 1 ? what : $"{what}s")}; narrow the search to see them)\n" : string.Empty;

    private static string TextOf(FoundLine line)
    {
        string text = Encoding.UTF8.GetString(line.Bytes.Span).TrimEnd('\r');
        int cut = text.Length > LongestLine && char.IsHighSurrogate(text[LongestLine - 1]) ? LongestLine - 1 : LongestLine;
        return text.Length <= LongestLine ? text : $"{text.AsSpan(0, cut)}… ({text.Length} characters)";
    }

    private static bool TryTake(ref ReadOnlyMemory<byte> bytes, byte end, out ReadOnlyMemory<byte> field)
    {
        int at = bytes.Span.IndexOf(end);
        field = at < 0 ? default : bytes[..at];
        bytes = at < 0 ? default : bytes[(at + 1)..];
        return at >= 0;
    }
}

/// <summary>A line of a file.</summary>
/// <param name="File">The file.</param>
/// <param name="Number">From 1.</param>
/// <param name="IsMatch">It matches itself; else it stands around one that does.</param>
/// <param name="Bytes">Its text, without its end.</param>
internal sealed record FoundLine(FileName File, int Number, bool IsMatch, ReadOnlyMemory<byte> Bytes);
