namespace Microsoft.DurableTask.Worker.Grpc;

/// <summary>Waits that grow by a factor up to a cap.</summary>
internal sealed record Backoff(TimeSpan First, double Factor, TimeSpan Cap)
{
    /// <summary>
    /// The waits before a worker connects again: on average an eighth of how long the hub has been away, and at most a quarter, so that one
    /// that restarts in half a second is found at once.
    /// </summary>
    public static readonly Backoff Reconnect = new(TimeSpan.FromMilliseconds(50), 1.125, TimeSpan.FromSeconds(30));

    /// <summary>The waits before an answer is sent again.</summary>
    public static readonly Backoff Resend = new(TimeSpan.FromMilliseconds(200), 2, TimeSpan.FromSeconds(15));

    /// <summary>The wait after a number of failures.</summary>
    public TimeSpan After(int failures) => TimeSpan.FromTicks((long)Math.Min(Cap.Ticks, First.Ticks * Math.Pow(Factor, failures - 1)));

    /// <summary>Anything up to that wait, so that many workers that lost the same hub don't come back at once.</summary>
    public TimeSpan AnyUpTo(int failures)
    {
#pragma warning disable CA5394 // It spreads load; nobody gains by guessing it.
        return After(failures) * Random.Shared.NextDouble();
#pragma warning restore CA5394
    }
}
