namespace Orchestrator.Cli.Running;

/// <summary>The last line of a terminal, rewritten in place; nothing where there is no terminal.</summary>
internal sealed class StatusLine(TextWriter terminal, bool isTerminal)
{
    private string _shown = string.Empty;

    public void Set(string text)
    {
        if (!isTerminal || text == _shown)
        {
            return;
        }

        int width = Math.Max(20, Console.WindowWidth - 1);
        _shown = text;
        terminal.Write("\r\u001b[2K" + (text.Length > width ? text[..width] : text));
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
