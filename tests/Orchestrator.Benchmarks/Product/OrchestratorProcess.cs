using System.Diagnostics;
using System.Text;
using Orchestrator.Benchmarks.Measures;

namespace Orchestrator.Benchmarks.Product;

/// <summary>The product's own executable, in a process of its own.</summary>
internal sealed class OrchestratorProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly StringBuilder _error = new();
    private readonly string _readyText;
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private OrchestratorProcess(Process process, string readyText)
    {
        _process = process;
        _readyText = readyText;
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.BeginErrorReadLine();
    }

    /// <summary>Starts a verb that serves, and waits until a line on standard error says that it does.</summary>
    /// <param name="ready">What that line holds.</param>
    /// <returns>The process, and its line.</returns>
    /// <exception cref="IOException">It ended, or did not get ready within a minute.</exception>
    public static async Task<(OrchestratorProcess Process, string Line)> ServeAsync(
        IEnumerable<string> arguments, string ready, string modelUrl, CancellationToken cancellationToken)
    {
        var process = new OrchestratorProcess(Start(arguments, modelUrl), ready);
        Task ended = process._process.WaitForExitAsync(cancellationToken);
        await Task.WhenAny(process._ready.Task, ended, Task.Delay(Patience, TimeProvider.System, cancellationToken));
        if (process._ready.Task.IsCompletedSuccessfully)
        {
            return (process, await process._ready.Task);
        }

        await process.DisposeAsync();
        throw new IOException($"'orchestrator {string.Join(' ', arguments)}' did not get ready: {process._error}");
    }

    /// <summary>Runs a verb to its end.</summary>
    /// <returns>What it said on standard output.</returns>
    /// <exception cref="IOException">It failed.</exception>
    public static async Task<string> RunAsync(IEnumerable<string> arguments, string modelUrl, CancellationToken cancellationToken)
    {
        await using var process = new OrchestratorProcess(Start(arguments, modelUrl), readyText: "");
        string output = await process._process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process._process.WaitForExitAsync(cancellationToken);
        return process._process.ExitCode == 0
            ? output
            : throw new IOException($"'orchestrator {string.Join(' ', arguments)}' failed: {process._error}");
    }

    public int Id => _process.Id;

    /// <summary>What the system has counted for it so far.</summary>
    public ProcessFigures Figures() => ProcessFigures.Of([_process.Id]);

    /// <summary>Ends it as a crash does: its children live on.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: false);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private static Process Start(IEnumerable<string> arguments, string modelUrl)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "orchestrator"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["OPENAI_API_KEY"] = "scripted", ["OPENAI_BASE_URL"] = modelUrl },
        };
        return Process.Start(start)!;
    }

    private void Hear(string? line)
    {
        if (line is not null)
        {
            lock (_error)
            {
                _error.AppendLine(line);
            }

            if (line.Contains(_readyText, StringComparison.Ordinal))
            {
                _ready.TrySetResult(line);
            }
        }
    }
}
