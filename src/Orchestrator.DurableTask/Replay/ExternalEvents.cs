namespace Microsoft.DurableTask.Replay;

/// <summary>
/// The external events of one generation: those nobody has read, oldest first for each name, and those who wait, youngest first.
/// A cancelled waiter goes away, so that it takes no event from a later one; the original SDK keeps it.
/// </summary>
internal sealed class ExternalEvents(OrchestratorScheduler scheduler, DataConverter converter)
{
    private readonly Dictionary<string, Queue<UnreadEvent>> _unread = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, LinkedList<EventWaiter>> _waiters = new(StringComparer.OrdinalIgnoreCase);
    private long _arrivals;

    /// <summary>Whether anybody waits for an event.</summary>
    public bool HasWaiters => _waiters.Count > 0;

    /// <summary>Waits for an event, or takes the oldest unread one.</summary>
    public Task<T> WaitAsync<T>(string name, CancellationToken cancellationToken)
    {
        if (_waiters.TryGetValue(name, out LinkedList<EventWaiter>? others) && others.First!.Value is not EventWaiter<T>)
        {
            throw new ArgumentException($"Event '{name}' is awaited as another type already than {typeof(T)}.", nameof(name));
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        EventWaiter<T> waiter = new(converter);
        if (TakeOldest(name) is { } unread)
        {
            waiter.Give(unread.Payload);
        }
        else
        {
            Enlist(name, waiter, cancellationToken);
        }

        return waiter.Payload;
    }

    /// <summary>Gives an event to the youngest waiter, or keeps it until somebody asks.</summary>
    public void Raise(string name, string? payload)
    {
        if (_waiters.TryGetValue(name, out LinkedList<EventWaiter>? waiters))
        {
            EventWaiter youngest = waiters.First!.Value;
            Dismiss(name, youngest);
            youngest.Cancellation.Dispose();
            youngest.Give(payload);
            return;
        }

        if (!_unread.TryGetValue(name, out Queue<UnreadEvent>? queue))
        {
            _unread.Add(name, queue = new Queue<UnreadEvent>());
        }

        queue.Enqueue(new UnreadEvent(_arrivals++, name, payload));
    }

    /// <summary>Takes all unread events, in the order in which they came.</summary>
    public IReadOnlyList<UnreadEvent> TakeUnread()
    {
        List<UnreadEvent> all = [.. _unread.Values.SelectMany(queue => queue).OrderBy(unread => unread.Arrival)];
        _unread.Clear();
        return all;
    }

    private UnreadEvent? TakeOldest(string name)
    {
        if (!_unread.TryGetValue(name, out Queue<UnreadEvent>? queue))
        {
            return null;
        }

        UnreadEvent oldest = queue.Dequeue();
        if (queue.Count == 0)
        {
            _unread.Remove(name);
        }

        return oldest;
    }

    private void Enlist(string name, EventWaiter waiter, CancellationToken cancellationToken)
    {
        if (!_waiters.TryGetValue(name, out LinkedList<EventWaiter>? waiters))
        {
            _waiters.Add(name, waiters = new LinkedList<EventWaiter>());
        }

        waiters.AddFirst(waiter);
        waiter.Cancellation = cancellationToken.UnsafeRegister(
            _ =>
            {
                if (scheduler.Admits() && Dismiss(name, waiter))
                {
                    waiter.Cancel(cancellationToken);
                }
            },
            null);
    }

    private bool Dismiss(string name, EventWaiter waiter)
    {
        bool wasWaiting = _waiters.TryGetValue(name, out LinkedList<EventWaiter>? waiters) && waiters.Remove(waiter);
        if (waiters?.Count == 0)
        {
            _waiters.Remove(name);
        }

        return wasWaiting;
    }

    /// <summary>An event that nobody has read yet.</summary>
    internal sealed record UnreadEvent(long Arrival, string Name, string? Payload);
}
