namespace Orchestrator.Simulation.Tests.Worlds;

/// <summary>A process's clock. Its time of day may be off; its timers and timestamps go with the world.</summary>
internal sealed class Clock(Node node, TimeSpan skew) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => World.Epoch + node.World.Now + skew;

    public override long GetTimestamp() => node.World.Now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        node.World.Admits();
        var timer = new Timer(node, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(Node node, TimerCallback callback, object? state) : ITimer
    {
        private long _setting;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Set(dueTime, period, ++_setting);
            return true;
        }

        public void Dispose() => _setting++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Set(TimeSpan dueTime, TimeSpan period, long setting)
        {
            if (dueTime == Timeout.InfiniteTimeSpan)
            {
                return;
            }

            node.World.Later(dueTime, node, () =>
            {
                if (setting != _setting)
                {
                    return;
                }

                if (period > TimeSpan.Zero)
                {
                    Set(period, period, setting);
                }

                callback(state);
            });
        }
    }
}
