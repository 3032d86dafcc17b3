using System.Diagnostics;

namespace Orchestrator.Benchmarks.Processes;

/// <summary>
/// This executable once more, in a process that is asked by lines on its standard input and answers each with one; it ends
/// when its input does, so none outlives its owner.
/// </summary>
internal sealed class OwnProcess : IAsyncDisposable
{
    private readonly Process _process;

    private OwnProcess(Process process) => _process = process;

    /// <summary>The executable's file.</summary>
    public static string Executable => Path.Combine(AppContext.BaseDirectory, "benchmarks");

    public int Id => _process.Id;

    /// <summary>Starts it and waits until it says a first line.</summary>
    /// <returns>The process, and its line.</returns>
    public static async Task<(OwnProcess Process, string Line)> StartAsync(
        IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Executable, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var process = new OwnProcess(Process.Start(start)!);
        return (process, await process.HearAsync(cancellationToken));
    }

    /// <summary>Says a line to it, and waits for its answer.</summary>
    public async Task<string> AskAsync(string line, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(line.AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        return await HearAsync(cancellationToken);
    }

    /// <summary>The next line that it says.</summary>
    /// <exception cref="IOException">It ended instead.</exception>
    public async Task<string> HearAsync(CancellationToken cancellationToken) =>
        await _process.StandardOutput.ReadLineAsync(cancellationToken)
        ?? throw new IOException($"The process '{string.Join(' ', _process.StartInfo.ArgumentList)}' ended without an answer.");

    /// <summary>Ends it as a crash would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
