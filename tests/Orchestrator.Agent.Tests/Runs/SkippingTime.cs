namespace Orchestrator.Agent.Tests.Runs;

/// <summary>A hub's clock that skips durable waits: a timer that is set for a second or longer goes off at once, that much later.</summary>
internal sealed class SkippingTime : TimeProvider
{
    private static readonly TimeSpan ShortestSkipped = TimeSpan.FromSeconds(1);

    private long _skipped;

    public TimeSpan Skipped => TimeSpan.FromTicks(Interlocked.Read(ref _skipped));

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Skipped;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SkippingTimer(this, System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Repeated timers go by the machine's clock: they watch over processes, and nothing waits for them.</summary>
    private sealed class SkippingTimer(SkippingTime time, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime < ShortestSkipped || period != Timeout.InfiniteTimeSpan)
            {
                return timer.Change(dueTime, period);
            }

            Interlocked.Add(ref time._skipped, dueTime.Ticks);
            return timer.Change(TimeSpan.Zero, period);
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
