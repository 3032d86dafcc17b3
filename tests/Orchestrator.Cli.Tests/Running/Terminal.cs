using System.Diagnostics;
using System.Text;

namespace Orchestrator.Cli.Tests.Running;

/// <summary>A shell line in a pseudo-terminal of 80 columns, by util-linux's <c>script</c>.</summary>
internal sealed class Terminal : IDisposable
{
    private readonly Process _script;
    private readonly StringBuilder _screen = new();
    private readonly Task _reading;

    private Terminal(Process script)
    {
        _script = script;
        _reading = ReadAsync();
    }

    /// <summary>All that was written to the terminal, echoed keys included.</summary>
    public string Screen
    {
        get
        {
            lock (_screen)
            {
                return _screen.ToString();
            }
        }
    }

    public static Terminal Start(string line)
    {
        var start = new ProcessStartInfo("script", ["--quiet", "--return", "--command", "stty cols 80 rows 24; " + line, "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["TERM"] = "xterm";
        start.Environment["SHELL"] = "/bin/sh";
        start.Environment.Remove("OPENAI_API_KEY");
        return new Terminal(Process.Start(start) ?? throw new InvalidOperationException("script did not start."));
    }

    public async Task TypeAsync(string keys)
    {
        await _script.StandardInput.WriteAsync(keys);
        await _script.StandardInput.FlushAsync();
    }

    public Task SaysAsync(string text) =>
        Eventually.IsTrueAsync(() => Screen.Contains(text, StringComparison.Ordinal), () => $"'{text}' in:\n{Screen}");

    public async Task EndAsync()
    {
        await Eventually.IsTrueAsync(() => _script.HasExited, () => $"end of:\n{Screen}");
        await _reading;
    }

    public void Dispose()
    {
        if (!_script.HasExited)
        {
            _script.Kill(entireProcessTree: true);
        }

        _script.Dispose();
    }

    private async Task ReadAsync()
    {
        char[] characters = new char[4096];
        int count;
        while ((count = await _script.StandardOutput.ReadAsync(characters)) > 0)
        {
            lock (_screen)
            {
                _screen.Append(characters, 0, count);
            }
        }
    }
}
