namespace Orchestrator.Agent.Models;

/// <summary>
/// The calls of models that this process has under way and that it alone can bring to an end: an answer that it lets go of is asked for, and
/// paid, again. Whoever ends the process waits for them with <see cref="EndAsync"/>.
/// </summary>
public sealed class ModelCalls
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;
    private bool _isEnding;

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    /// <summary>
    /// Notes a call until it is disposed of. In a process that ends this doesn't come back: who is asked instead is the worker that is given
    /// the activity next.
    /// </summary>
    public Task<ModelCall> BeginAsync()
    {
        lock (_lock)
        {
            if (_isEnding)
            {
                return new TaskCompletionSource<ModelCall>().Task;
            }

            _count++;
            return Task.FromResult(new ModelCall(this));
        }
    }

    /// <summary>Has no further call begin, and waits for those that are under way.</summary>
    public Task EndAsync()
    {
        lock (_lock)
        {
            _isEnding = true;
            EndIfNone();
        }

        return _ended.Task;
    }

    internal void End()
    {
        lock (_lock)
        {
            _count--;
            EndIfNone();
        }
    }

    private void EndIfNone()
    {
        if (_isEnding && _count == 0)
        {
            _ended.TrySetResult();
        }
    }
}

/// <summary>One of <see cref="ModelCalls"/>.</summary>
public sealed class ModelCall : IDisposable
{
    private ModelCalls? _calls;

    internal ModelCall(ModelCalls calls) => _calls = calls;

    /// <summary>Its answer is kept, or can be had from the provider without being paid again. It may be said twice.</summary>
    public void Dispose() => Interlocked.Exchange(ref _calls, null)?.End();
}
