namespace Orchestrator.Cli.Running;

/// <summary>The last line of a terminal, rewritten in place; nothing where there is no terminal.</summary>
internal sealed class StatusLine(TextWriter terminal, bool isTerminal)
{
    /// <summary>Room for the <c>^C</c> that a terminal echoes; a wrapped line couldn't be rewritten.</summary>
    private const int RoomForEcho = 3;

    private string _shown = string.Empty;

    public void Set(string text)
    {
        if (!isTerminal || text == _shown)
        {
            return;
        }

        _shown = text;
        terminal.Write("\r\u001b[2K" + Columns.Cut(text, Console.WindowWidth - RoomForEcho));
    }

    public void Clear()
    {
        if (_shown.Length > 0)
        {
            terminal.Write("\r\u001b[2K");
            _shown = string.Empty;
        }
    }
}
