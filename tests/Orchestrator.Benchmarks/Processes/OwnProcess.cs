using System.Diagnostics;

namespace Orchestrator.Benchmarks.Processes;

/// <summary>This executable once more, in a process that ends with its owner: by the closing of its standard input, or by a kill.</summary>
internal sealed class OwnProcess : IAsyncDisposable
{
    private readonly Process _process;

    private OwnProcess(Process process) => _process = process;

    /// <summary>The executable's file.</summary>
    public static string Executable => Path.Combine(AppContext.BaseDirectory, "benchmarks");

    public int Id => _process.Id;

    public static OwnProcess Start(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Executable, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        return new OwnProcess(Process.Start(start)!);
    }

    /// <summary>The next line that it says.</summary>
    /// <exception cref="IOException">It ended without one.</exception>
    public async Task<string> ReadLineAsync(CancellationToken cancellationToken) =>
        await _process.StandardOutput.ReadLineAsync(cancellationToken)
        ?? throw new IOException($"The process '{string.Join(' ', _process.StartInfo.ArgumentList)}' ended before it was ready.");

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
