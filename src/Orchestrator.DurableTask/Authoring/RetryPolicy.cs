namespace Microsoft.DurableTask;

/// <summary>Retries with durable timers in between, each wait longer than the last by a factor, up to a cap.</summary>
public class RetryPolicy
{
    private readonly Func<TaskFailureDetails, bool> _handleFailure = _ => true;

    /// <summary>Makes a policy.</summary>
    /// <param name="maxNumberOfAttempts">How often the call is made at most, the first time included.</param>
    /// <param name="firstRetryInterval">The wait before the second attempt.</param>
    /// <param name="backoffCoefficient">The factor by which each wait exceeds the one before.</param>
    /// <param name="maxRetryInterval">The longest wait; one hour if null.</param>
    /// <param name="retryTimeout">The time after which a failure is final; none if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is too small.</exception>
    public RetryPolicy(
        int maxNumberOfAttempts,
        TimeSpan firstRetryInterval,
        double backoffCoefficient = 1.0,
        TimeSpan? maxRetryInterval = null,
        TimeSpan? retryTimeout = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxNumberOfAttempts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(firstRetryInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(backoffCoefficient, 1.0);
        ThrowIfShorter(maxRetryInterval, firstRetryInterval, nameof(maxRetryInterval));
        ThrowIfShorter(retryTimeout, firstRetryInterval, nameof(retryTimeout));
        MaxNumberOfAttempts = maxNumberOfAttempts;
        FirstRetryInterval = firstRetryInterval;
        BackoffCoefficient = backoffCoefficient;
        MaxRetryInterval = maxRetryInterval ?? TimeSpan.FromHours(1);
        RetryTimeout = retryTimeout ?? Timeout.InfiniteTimeSpan;
    }

    /// <summary>How often the call is made at most, the first time included.</summary>
    public int MaxNumberOfAttempts { get; }

    /// <summary>The wait before the second attempt.</summary>
    public TimeSpan FirstRetryInterval { get; }

    /// <summary>The factor by which each wait exceeds the one before.</summary>
    public double BackoffCoefficient { get; }

    /// <summary>The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for no cap.</summary>
    public TimeSpan MaxRetryInterval { get; }

    /// <summary>The time after which a failure is final; <see cref="Timeout.InfiniteTimeSpan"/> for none.</summary>
    public TimeSpan RetryTimeout { get; }

    /// <summary>Says of a failure whether another attempt makes sense; every failure does, if not set. Must be deterministic.</summary>
    public Func<TaskFailureDetails, bool> HandleFailure
    {
        init => _handleFailure = value;
    }

    /// <summary>How long to wait after a number of failed attempts; null if the last failure is final.</summary>
    internal TimeSpan? WaitAfter(int failedAttempts, TimeSpan elapsed, TaskFailureDetails failure)
    {
        bool isTooLate = RetryTimeout != Timeout.InfiniteTimeSpan && elapsed >= RetryTimeout;
        if (isTooLate || !_handleFailure(failure))
        {
            return null;
        }

        TimeSpan cap = MaxRetryInterval == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : MaxRetryInterval;
        double wait = FirstRetryInterval.TotalMilliseconds * Math.Pow(BackoffCoefficient, failedAttempts - 1);
        return wait < cap.TotalMilliseconds ? TimeSpan.FromMilliseconds(wait) : cap;
    }

    private static void ThrowIfShorter(TimeSpan? span, TimeSpan least, string name)
    {
        if (span < least && span != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(name, span, $"It must not be shorter than the first interval, {least}.");
        }
    }
}
