using System.Diagnostics;

namespace Orchestrator.Cli.Replaying;

/// <summary>Says on standard error how far a long replay has come, every two seconds.</summary>
internal sealed class ReplayProgress(int count)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Stopwatch _sinceTold = Stopwatch.StartNew();
    private int _done;

    /// <summary>One history more is done.</summary>
    public async Task StepAsync()
    {
        _done++;
        if (_sinceTold.Elapsed >= Interval)
        {
            _sinceTold.Restart();
            await Console.Error.WriteLineAsync($"replayed {_done} of {count} histories");
        }
    }
}
