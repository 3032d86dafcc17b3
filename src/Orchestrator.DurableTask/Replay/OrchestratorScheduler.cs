namespace Microsoft.DurableTask.Replay;

/// <summary>
/// Runs an orchestrator on one thread at a time, in one order. What tries to continue it from any other thread is a wait for
/// something that is not durable: it is dropped and remembered.
/// </summary>
internal sealed class OrchestratorScheduler : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _continuations = new();
    private volatile int _threadId;
    private volatile bool _wasEnteredFromOutside;

    /// <summary>Whether something outside the orchestrator tried to continue it.</summary>
    public bool WasEnteredFromOutside => _wasEnteredFromOutside;

    /// <summary>Runs a turn on the calling thread, as the orchestrator's.</summary>
    public T Run<T>(Func<T> turn)
    {
        SynchronizationContext? outer = Current;
        SetSynchronizationContext(this);
        _threadId = Environment.CurrentManagedThreadId;
        try
        {
            return turn();
        }
        finally
        {
            _threadId = 0;
            SetSynchronizationContext(outer);
        }
    }

    /// <summary>Runs what has become ready, until nothing is left.</summary>
    public void Drain()
    {
        while (_continuations.TryDequeue(out (SendOrPostCallback Callback, object? State) continuation))
        {
            continuation.Callback(continuation.State);
        }
    }

    /// <summary>Whether the caller is the orchestrator; remembers it if not.</summary>
    public bool Admits()
    {
        if (_threadId == Environment.CurrentManagedThreadId)
        {
            return true;
        }

        _wasEnteredFromOutside = true;
        return false;
    }

    /// <summary>Throws if the caller is not the orchestrator.</summary>
    public void ThrowIfOutside()
    {
        if (!Admits())
        {
            throw new InvalidOperationException(ForeignWait.Explanation);
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Admits())
        {
            _continuations.Enqueue((d, state));
        }
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        ThrowIfOutside();
        d(state);
    }

    public override SynchronizationContext CreateCopy() => this;
}
