namespace Orchestrator.Agent.Models;

/// <summary>
/// The requests to models that this process waits for and that it alone can bring to an end: an answer that it lets go of is asked for, and
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

    /// <summary>Has no further request be sent, and waits for those that are under way.</summary>
    public Task EndAsync()
    {
        lock (_lock)
        {
            _isEnding = true;
            EndIfNone();
        }

        return _ended.Task;
    }

    internal bool TryBegin()
    {
        lock (_lock)
        {
            _count += _isEnding ? 0 : 1;
            return !_isEnding;
        }
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
