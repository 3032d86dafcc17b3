using System.Diagnostics;

namespace Orchestrator.Cli;

/// <summary>Says on standard error how far something long has come, every two seconds.</summary>
internal sealed class SlowWork
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Stopwatch _sinceTold = Stopwatch.StartNew();

    /// <summary>A step is done.</summary>
    /// <param name="progress">How far it has come, in words.</param>
    public async Task TellAsync(FormattableString progress)
    {
        if (_sinceTold.Elapsed >= Interval)
        {
            _sinceTold.Restart();
            await Console.Error.WriteLineAsync(FormattableString.Invariant(progress));
        }
    }
}
