namespace Orchestrator.Tools.Supervision;

/// <summary>The turn of one command to start; it ends with the command, or by itself.</summary>
internal sealed class StartTurn : IDisposable
{
    /// <summary>A start that has not shown anything for so long waits for something else than a processor.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>From the record that it begins to where a sandbox and a shell stand; most short commands have ended by then.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(150);

    private readonly Action _giveBack;
    private readonly ITimer _end;
    private int _hasBegun;
    private int _isOver;

    /// <param name="giveBack">Called once, when the turn is over.</param>
    /// <param name="time">The clock.</param>
    public StartTurn(Action giveBack, TimeProvider time)
    {
        _giveBack = giveBack;
        _end = time.CreateTimer(_ => End(), null, Longest, Timeout.InfiniteTimeSpan);
    }

    public void Begun()
    {
        if (Interlocked.Exchange(ref _hasBegun, 1) == 0)
        {
            _end.Change(Settling, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        _end.Dispose();
        End();
    }

    private void End()
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 0)
        {
            _giveBack();
        }
    }
}
