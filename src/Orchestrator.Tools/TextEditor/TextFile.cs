using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Orchestrator.Tools.TextEditor;

/// <summary>A text as the editor sees it: lines to show, one kind of line end, every byte that is not edited kept.</summary>
internal sealed class TextFile
{
    private const char ByteOrderMark = '\uFEFF';

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string _mark;
    private readonly string _text;
    private readonly int[] _ends;

    private TextFile(string mark, string text)
    {
        _mark = mark;
        _text = text;
        LineEnd = HasOnlyCarriageReturns(text) ? "\r\n" : "\n";
        Lines = SplitLines(text);
        _ends = new int[Lines.Count];
        for (int i = 0, at = 0; i < _ends.Length; i++)
        {
            at += Lines[i].Length;
            _ends[i] = at;
            at += LineEndOf(i).Length;
        }
    }

    /// <summary>Without their ends; an end at the very end starts no further line.</summary>
    public IReadOnlyList<string> Lines { get; }

    public string LineEnd { get; }

    /// <summary>What ends the line of this index, from 0; empty for a last line without an end.</summary>
    public string LineEndOf(int index)
    {
        ReadOnlySpan<char> rest = _text.AsSpan(_ends[index]);
        return rest switch
        {
            [] => "",
            ['\r', '\n', ..] => "\r\n",
            ['\r', ..] => "\r",
            _ => "\n",
        };
    }

    public string Text => _text;

    public static TextFile Of(string text) => text.StartsWith(ByteOrderMark) ? new(text[..1], text[1..]) : new("", text);

    public static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out TextFile? file)
    {
        try
        {
            string text = Strict.GetString(bytes.Span);
            file = text.Contains('\0', StringComparison.Ordinal) ? null : Of(text);
        }
        catch (DecoderFallbackException)
        {
            file = null;
        }

        return file is not null;
    }

    public byte[] Encode() => Strict.GetBytes(_mark + _text);

    public TextFile With(string text) => new(_mark, text);

    /// <summary>What a model writes has plain line ends; in a file with the other kind it takes on that.</summary>
    public string InOwnLineEnds(string text) =>
        LineEnd == "\n" ? text : text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", LineEnd, StringComparison.Ordinal);

    /// <summary>The lines from first to last, counted from 1, each behind its number.</summary>
    public string Numbered(int first, int last)
    {
        StringBuilder numbered = new();
        for (int line = Math.Max(first, 1); line <= Math.Min(last, Lines.Count); line++)
        {
            numbered.Append($"{line,6}\t{Lines[line - 1]}\n");
        }

        return numbered.ToString();
    }

    /// <summary>The number of the line in which the character stands, counted from 1.</summary>
    public int LineOf(int index) => _text.AsSpan(0, index).Count('\n') + 1;

    private static bool HasOnlyCarriageReturns(string text)
    {
        int ends = text.AsSpan().Count('\n');
        return ends > 0 && ends == text.AsSpan().Count("\r\n");
    }

    private static IReadOnlyList<string> SplitLines(string text)
    {
        string[] lines = text.Split('\n');
        return [.. (lines[^1].Length == 0 ? lines[..^1] : lines).Select(line => line.EndsWith('\r') ? line[..^1] : line)];
    }
}
