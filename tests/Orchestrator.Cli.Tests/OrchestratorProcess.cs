using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Orchestrator.Testing.Secrets;

namespace Orchestrator.Cli.Tests;

/// <summary>The real executable, in a process of its own.</summary>
internal sealed class OrchestratorProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private OrchestratorProcess(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Append(_error, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output => Text(_output);

    public string Error => Text(_error);

    /// <summary>The last line of standard output, where verbs print their JSON.</summary>
    public string LastLine => Output.TrimEnd().Split('\n')[^1];

    /// <summary>The JSON object on the last line of standard output.</summary>
    public JsonElement Json
    {
        get
        {
            using JsonDocument document = JsonDocument.Parse(LastLine);
            return document.RootElement.Clone();
        }
    }

    public int Id => _process.Id;

    public int ExitCode => _process.ExitCode;

    public bool HasExited => _process.HasExited;

    public static OrchestratorProcess Start(IReadOnlyList<string> arguments, params (string Name, string? Value)[] environment)
    {
        Canary.Plant();
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "orchestrator"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string name in new[] { "OPENAI_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "ORCHESTRATOR_DATA" })
        {
            start.Environment.Remove(name);
        }

        foreach ((string name, string? value) in environment)
        {
            start.Environment[name] = value;
        }

        return new OrchestratorProcess(Process.Start(start) ?? throw new InvalidOperationException("orchestrator did not start."));
    }

    /// <summary>Runs a verb to its end.</summary>
    public static async Task<OrchestratorProcess> RunAsync(IReadOnlyList<string> arguments, params (string Name, string? Value)[] environment)
    {
        OrchestratorProcess process = Start(arguments, environment);
        await process.WaitAsync();
        return process;
    }

    public async Task<int> WaitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Kill();
            throw new TimeoutException($"orchestrator did not end within {Patience}. It said:\n{Error}");
        }

        return _process.ExitCode;
    }

    /// <summary>Waits until standard error holds a text.</summary>
    public Task SaysAsync(string text) =>
        Eventually.IsTrueAsync(() => Error.Contains(text, StringComparison.Ordinal), () => $"'{text}' in:\n{Error}");

    /// <summary>Waits until the process says which run it has stored.</summary>
    public async Task<string> RunIdAsync()
    {
        await SaysAsync("run r");
        return Error.Split('\n').First(line => line.StartsWith("run r", StringComparison.Ordinal))[4..];
    }

    /// <summary>Waits for the process's end for a while.</summary>
    /// <returns>False if it still runs.</returns>
    public async Task<bool> EndsWithinAsync(TimeSpan span)
    {
        using var patience = new CancellationTokenSource(span);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Ends the process as a crash does: nothing is told, nothing is finished, its children live on.</summary>
    public void Kill() => _process.Kill(entireProcessTree: false);

    /// <summary>What Ctrl-C does.</summary>
    public void Interrupt() => Signal("INT");

    /// <summary>Sends it a signal, by its name without SIG.</summary>
    public void Signal(string name)
    {
        using Process kill = Process.Start("kill", [$"-{name}", Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
        Assert.False(Canary.IsIn(Output + Error), $"A secret of the environment was told:\n{Output}{Error}");
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.Append(line).Append('\n');
            }
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
