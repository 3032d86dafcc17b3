namespace Orchestrator.Benchmarks.Product;

/// <summary>Holds the answers of a model back: all of them, so many a second, or none any more.</summary>
internal sealed class TurnGate
{
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _waiting = [];
    private bool _isOpen;

    /// <summary>Waits for its turn; who came first goes first.</summary>
    public Task EnterAsync()
    {
        lock (_lock)
        {
            if (_isOpen)
            {
                return Task.CompletedTask;
            }

            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(turn);
            return turn.Task;
        }
    }

    /// <summary>Lets so many through a second, at even times. A moment at which nobody waits is lost: what is late isn't caught up with in a burst.</summary>
    public async Task PaceAsync(int perSecond, CancellationToken cancellationToken)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / perSecond), TimeProvider.System);
        try
        {
            while (await ticks.WaitForNextTickAsync(cancellationToken))
            {
                LetOne();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It was to go on until then.
        }
    }

    /// <summary>Lets the first one through, if one waits.</summary>
    public void LetOne()
    {
        lock (_lock)
        {
            if (_waiting.TryDequeue(out TaskCompletionSource? turn))
            {
                turn.SetResult();
            }
        }
    }

    /// <summary>Holds nobody back from now on.</summary>
    public void Open()
    {
        lock (_lock)
        {
            _isOpen = true;
            while (_waiting.TryDequeue(out TaskCompletionSource? turn))
            {
                turn.SetResult();
            }
        }
    }
}
