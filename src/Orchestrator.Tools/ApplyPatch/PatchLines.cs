namespace Orchestrator.Tools.ApplyPatch;

/// <summary>A patch's text, line by line, with the number of each for errors.</summary>
internal sealed class PatchLines
{
    private const int LongestQuote = 120;

    private readonly string[] _lines;
    private int _at;

    public PatchLines(string text)
    {
        string[] lines = text.Split('\n');
        _lines = [.. (lines[^1].Length == 0 ? lines[..^1] : lines).Select(line => line.EndsWith('\r') ? line[..^1] : line)];
    }

    public bool IsOver => _at == _lines.Length;

    public string Current => _lines[_at];

    public void Advance() => _at++;

    public void SkipBlanks()
    {
        while (!IsOver && string.IsNullOrWhiteSpace(Current))
        {
            Advance();
        }
    }

    /// <returns>An error about the line that is current.</returns>
    public PatchException Wrong(string why) =>
        new(IsOver ? $"the patch ends after line {_lines.Length}: {why}" : $"line {_at + 1} of the patch, '{Quoted(Current)}': {why}");

    public static string Quoted(string line) => line.Length <= LongestQuote ? line : line[..LongestQuote] + " …";
}
