namespace Orchestrator.Providers.Tests.Faults;

/// <summary>
/// A clock on which waits between requests are over at once, and are remembered, while nothing runs out by itself that is longer: that
/// goes off when a test says that there is nothing more to come.
/// </summary>
/// <param name="longestWait">What is taken for a wait.</param>
internal sealed class PatientTime(TimeSpan longestWait) : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly HashSet<PatientTimer> _armed = [];
    private readonly List<TimeSpan> _waits = [];
    private DateTimeOffset _now = Start;

    /// <summary>The waits so far, in order.</summary>
    public IReadOnlyList<TimeSpan> Waits
    {
        get
        {
            lock (_lock)
            {
                return [.. _waits];
            }
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new PatientTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Has a timer that is set for so long go off, as soon as there is one.</summary>
    public async Task ExpireAsync(TimeSpan dueTime)
    {
        using CancellationTokenSource late = new(Hang);
        while (!TryExpire(dueTime))
        {
            await Task.Delay(Pause, System, late.Token);
        }
    }

    private bool TryExpire(TimeSpan dueTime)
    {
        PatientTimer? timer;
        lock (_lock)
        {
            timer = _armed.FirstOrDefault(armed => armed.DueTime == dueTime);
            _now += timer is null ? TimeSpan.Zero : dueTime;
            _armed.Remove(timer!);
        }

        timer?.GoOff();
        return timer is not null;
    }

    private bool Change(PatientTimer timer, TimeSpan dueTime)
    {
        lock (_lock)
        {
            _armed.Remove(timer);
            if (dueTime == Timeout.InfiniteTimeSpan)
            {
                return true;
            }

            timer.DueTime = dueTime;
            if (dueTime > longestWait)
            {
                return _armed.Add(timer);
            }

            _waits.Add(dueTime);
            _now += dueTime;
        }

        return ThreadPool.QueueUserWorkItem(_ => timer.GoOff());
    }

    private void Forget(PatientTimer timer)
    {
        lock (_lock)
        {
            _armed.Remove(timer);
        }
    }

    private sealed class PatientTimer(PatientTime time, Action goOff) : ITimer
    {
        public TimeSpan DueTime { get; set; }

        public void GoOff() => goOff();

        public bool Change(TimeSpan dueTime, TimeSpan period) => time.Change(this, dueTime);

        public void Dispose() => time.Forget(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
