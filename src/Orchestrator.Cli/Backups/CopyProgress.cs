using System.Diagnostics;

namespace Orchestrator.Cli.Backups;

/// <summary>Says on standard error how far a long copy has come, every two seconds.</summary>
internal sealed class CopyProgress
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Stopwatch _sinceTold = Stopwatch.StartNew();
    private int _files;
    private long _bytes;

    /// <summary>One file more is done.</summary>
    public async Task StepAsync(long bytes)
    {
        _files++;
        _bytes += bytes;
        if (_sinceTold.Elapsed >= Interval)
        {
            _sinceTold.Restart();
            await Console.Error.WriteLineAsync($"copied {_files} files, {_bytes >> 20} MiB");
        }
    }
}
