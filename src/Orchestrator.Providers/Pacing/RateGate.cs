namespace Orchestrator.Providers.Pacing;

/// <summary>
/// Lets the requests of all runs to one model at one endpoint through as the endpoint's limits allow, in the order in which they came. The
/// usual limiters know their limits beforehand; these are only known from what answers say. It holds no lock while anybody waits.
/// </summary>
internal sealed class RateGate(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiting = [];
    private readonly RateWindow _requests = new();
    private readonly RateWindow _tokens = new();
    private DateTimeOffset _heldUntil;

    /// <summary>Waits until a request may be sent.</summary>
    /// <param name="tokens">What the endpoint will count for it, as estimated.</param>
    /// <param name="patience">The longest wait.</param>
    /// <param name="tell">Told how long the limits alone make it wait, before each wait.</param>
    /// <returns>Null if it may be sent; then <see cref="Learn"/> or <see cref="PutBack"/> follows. Else the wait that would be too long.</returns>
    public async Task<TimeSpan?> EnterAsync(
        long tokens, TimeSpan patience, Func<TimeSpan, CancellationToken, Task> tell, CancellationToken cancellationToken)
    {
        DateTimeOffset deadline = clock.GetUtcNow() + patience;
        LinkedListNode<Waiter> own = Join();
        try
        {
            while (true)
            {
                TimeSpan wait;
                TimeSpan expected;
                Task woken;
                lock (_lock)
                {
                    DateTimeOffset now = clock.GetUtcNow();
                    DateTimeOffset due = DueFor(tokens, now);
                    if (due <= now && _waiting.First == own)
                    {
                        _requests.Take(1, now);
                        _tokens.Take(tokens, now);
                        return null;
                    }

                    if (due > deadline || now >= deadline)
                    {
                        return due > now ? due - now : patience;
                    }

                    // Who is not the first is woken when it has become that.
                    expected = due - now;
                    wait = _waiting.First == own ? expected : deadline - now;
                    woken = own.Value.Sleep();
                }

                await tell(expected, cancellationToken);
                await WaitAsync(woken, wait, cancellationToken);
            }
        }
        finally
        {
            Leave(own);
        }
    }

    /// <summary>A request was answered.</summary>
    /// <param name="tokens">What was estimated for it.</param>
    /// <param name="news">What the answer says of the limits; null if nothing came.</param>
    public void Learn(long tokens, RateNews? news)
    {
        lock (_lock)
        {
            DateTimeOffset now = clock.GetUtcNow();
            _requests.Learn(1, news?.Requests, now);
            _tokens.Learn(tokens, news?.Tokens, now);
            _waiting.First?.Value.Wake();
        }
    }

    /// <summary>A request that was let through was not sent.</summary>
    public void PutBack(long tokens)
    {
        lock (_lock)
        {
            _requests.PutBack(1);
            _tokens.PutBack(tokens);
            _waiting.First?.Value.Wake();
        }
    }

    /// <summary>The endpoint asks to be left alone.</summary>
    public void Hold(TimeSpan wait)
    {
        lock (_lock)
        {
            DateTimeOffset until = clock.GetUtcNow() + wait;
            _heldUntil = until > _heldUntil ? until : _heldUntil;
        }
    }

    private DateTimeOffset DueFor(long tokens, DateTimeOffset now)
    {
        DateTimeOffset requests = _requests.DueFor(1, now);
        DateTimeOffset due = _tokens.DueFor(tokens, now);
        due = requests > due ? requests : due;
        return _heldUntil > due ? _heldUntil : due;
    }

    private LinkedListNode<Waiter> Join()
    {
        lock (_lock)
        {
            return _waiting.AddLast(new Waiter());
        }
    }

    private void Leave(LinkedListNode<Waiter> own)
    {
        lock (_lock)
        {
            _waiting.Remove(own);
            _waiting.First?.Value.Wake();
        }
    }

    private async Task WaitAsync(Task woken, TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            await woken.WaitAsync(wait > Waiter.Shortest ? wait : Waiter.Shortest, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The wait is over.
        }
    }

    private sealed class Waiter
    {
        public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

        private TaskCompletionSource _woken = new();

        /// <returns>Ends when something has changed.</returns>
        public Task Sleep()
        {
            _woken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _woken.Task;
        }

        public void Wake() => _woken.TrySetResult();
    }
}
