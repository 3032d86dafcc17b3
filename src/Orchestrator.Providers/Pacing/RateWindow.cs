namespace Orchestrator.Providers.Pacing;

/// <summary>What is left of one limit, as far as the endpoint has told and requests have been sent since. Its gate's lock guards it.</summary>
internal sealed class RateWindow
{
    private long? _limit;
    private long? _left;
    private DateTimeOffset _resetAt;
    private TimeSpan _period;
    private long _underway;

    /// <summary>From when on so much may be taken: now, or when all of it is there again. More than there ever is may be taken then, too.</summary>
    public DateTimeOffset DueFor(long amount, DateTimeOffset now) => _left is not { } left || now >= _resetAt || left >= amount ? now : _resetAt;

    /// <summary>Takes what a request is thought to need before the endpoint counts it.</summary>
    public void Take(long amount, DateTimeOffset now)
    {
        if (now >= _resetAt)
        {
            // All of it is there again, for as long as before, until an answer says more.
            _left = _limit - _underway;
            _resetAt = now + _period;
        }

        _left -= amount;
        _underway += amount;
    }

    /// <summary>A request was not sent after all.</summary>
    public void PutBack(long amount)
    {
        _left += amount;
        _underway -= amount;
    }

    /// <summary>A request was answered. What the endpoint says is left is less what requests need that it may not have counted yet.</summary>
    /// <param name="amount">What was taken for it.</param>
    /// <param name="news">What the answer says; null if it says nothing.</param>
    public void Learn(long amount, Allowance? news, DateTimeOffset now)
    {
        _underway -= amount;
        if (news is { } told)
        {
            _limit = told.Limit;
            _left = told.Left - _underway;
            _period = told.Reset;
            _resetAt = now + told.Reset;
        }
    }
}
