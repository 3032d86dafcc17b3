namespace Orchestrator.Cli.Running;

/// <summary>The last line of a terminal, rewritten in place; nothing where there is no terminal. While it stands, keys are not echoed.</summary>
internal sealed class StatusLine(TextWriter terminal, bool isTerminal) : IDisposable
{
    private readonly QuietTerminal? _quiet = isTerminal ? QuietTerminal.Open() : null;
    private string _shown = string.Empty;

    public void Set(string text)
    {
        if (!isTerminal || text == _shown)
        {
            return;
        }

        _quiet?.Hush();
        _shown = text;

        // One column less than there are: a wrapped line couldn't be rewritten.
        terminal.Write("\r\u001b[2K" + Columns.Cut(text, Console.WindowWidth - 1));
    }

    public void Clear()
    {
        if (_shown.Length > 0)
        {
            terminal.Write("\r\u001b[2K");
            _shown = string.Empty;
        }
    }

    public void Dispose()
    {
        Clear();
        _quiet?.Dispose();
    }
}
