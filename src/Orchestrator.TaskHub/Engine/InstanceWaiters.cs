namespace Orchestrator.TaskHub.Engine;

/// <summary>Callers that wait for an instance to start or to end; a wait costs an object and no thread.</summary>
internal sealed class InstanceWaiters
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedList<TaskCompletionSource>> _waiting = new(StringComparer.Ordinal);

    public void Tell(string instanceId)
    {
        lock (_lock)
        {
            // Inside the lock: those who are told, or give up, take themselves off the list. They go on elsewhere.
            if (_waiting.Remove(instanceId, out LinkedList<TaskCompletionSource>? told))
            {
                foreach (TaskCompletionSource waiter in told)
                {
                    waiter.TrySetResult();
                }
            }
        }
    }

    /// <summary>Looks, and looks again each time the instance moves, until there is something to see.</summary>
    public async Task<T> UntilAsync<T>(string instanceId, Func<Task<T?>> look, CancellationToken cancellationToken)
        where T : class
    {
        while (true)
        {
            // Registered before looking: what happens in between is not missed.
            LinkedListNode<TaskCompletionSource> waiter = Register(instanceId);
            try
            {
                if (await look() is { } seen)
                {
                    return seen;
                }

                await waiter.Value.Task.WaitAsync(cancellationToken);
            }
            finally
            {
                Forget(instanceId, waiter);
            }
        }
    }

    private LinkedListNode<TaskCompletionSource> Register(string instanceId)
    {
        lock (_lock)
        {
            if (!_waiting.TryGetValue(instanceId, out LinkedList<TaskCompletionSource>? waiters))
            {
                waiters = new LinkedList<TaskCompletionSource>();
                _waiting.Add(instanceId, waiters);
            }

            return waiters.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
    }

    private void Forget(string instanceId, LinkedListNode<TaskCompletionSource> waiter)
    {
        lock (_lock)
        {
            waiter.List?.Remove(waiter);
            if (_waiting.TryGetValue(instanceId, out LinkedList<TaskCompletionSource>? waiters) && waiters.Count == 0)
            {
                _waiting.Remove(instanceId);
            }
        }
    }
}
