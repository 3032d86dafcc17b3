using System.Diagnostics;

namespace Orchestrator.Testing.Processes;

/// <summary>
/// An executable of the tests in a process that is asked by lines on its standard input and answers each with one; it ends
/// when its input does, so none outlives its owner.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ChildProcess(Process process)
    {
        _process = process;
        Id = process.Id;
    }

    public int Id { get; }

    /// <summary>The file of an executable beside this assembly.</summary>
    public static string FileOf(string executable) => Path.Combine(AppContext.BaseDirectory, executable);

    /// <summary>Starts it, and waits for nothing.</summary>
    /// <param name="executable">One beside this assembly.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">What it finds in its environment besides ours.</param>
    public static ChildProcess Start(
        string executable, IEnumerable<string> arguments, params IEnumerable<KeyValuePair<string, string>> environment)
    {
        var start = new ProcessStartInfo(FileOf(executable), arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return new ChildProcess(Process.Start(start)!);
    }

    /// <summary>Starts it and waits until it says a first line.</summary>
    /// <returns>The process, and its line.</returns>
    /// <exception cref="IOException">It ended instead.</exception>
    public static async Task<(ChildProcess Process, string Line)> StartAsync(
        string executable, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        ChildProcess process = Start(executable, arguments);
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

    /// <summary>Waits until it has ended by itself.</summary>
    /// <returns>Its exit code; 128 and the signal's number if one ended it.</returns>
    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
