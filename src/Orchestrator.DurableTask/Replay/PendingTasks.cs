namespace Microsoft.DurableTask.Replay;

/// <summary>The activities, timers and sub-orchestrations that an orchestrator has started and that have not ended.</summary>
internal sealed class PendingTasks(OrchestratorScheduler scheduler)
{
    private readonly Dictionary<int, PendingTask> _open = [];

    /// <summary>Whether nothing is open.</summary>
    public bool IsEmpty => _open.Count == 0;

    /// <summary>Opens a task that ends by an event of history.</summary>
    public Task<string?> Open(int id, string name)
    {
        PendingTask task = new(name, new TaskCompletionSource<string?>(), default);
        _open.Add(id, task);
        return task.Source.Task;
    }

    /// <summary>Opens a timer. A cancelled one is open no longer; that it fires later is nobody's concern.</summary>
    public Task OpenTimer(int id, CancellationToken cancellationToken)
    {
        TaskCompletionSource<string?> source = new();
        _open.Add(id, new PendingTask("timer", source, default));
        CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(_ => Cancel(id, cancellationToken), null);
        if (_open.TryGetValue(id, out PendingTask? task))
        {
            _open[id] = task with { Cancellation = registration };
        }

        return source.Task;
    }

    /// <summary>Ends a task well. An unknown id is a late result of what nobody waits for.</summary>
    public void Complete(int id, string? result)
    {
        if (Close(id) is { } task)
        {
            task.Source.SetResult(result);
        }
    }

    /// <summary>Ends a task with a failure. An unknown id is a late result of what nobody waits for.</summary>
    public void Fail(int id, TaskFailureDetails failure)
    {
        if (Close(id) is { } task)
        {
            task.Source.SetException(new TaskFailedException(task.Name, id, failure));
        }
    }

    private void Cancel(int id, CancellationToken cancellationToken)
    {
        if (scheduler.Admits() && Close(id) is { } task)
        {
            task.Source.SetCanceled(cancellationToken);
        }
    }

    private PendingTask? Close(int id)
    {
        if (!_open.Remove(id, out PendingTask? task))
        {
            return null;
        }

        task.Cancellation.Dispose();
        return task;
    }

    private sealed record PendingTask(string Name, TaskCompletionSource<string?> Source, CancellationTokenRegistration Cancellation);
}
