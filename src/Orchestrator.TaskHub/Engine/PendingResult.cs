using Orchestrator.Protocol;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Engine;

/// <summary>
/// The result of an activity before it is on the disk. It gets there once: in the commit of the turn that it wakes, or
/// alone if that turn takes too long.
/// </summary>
internal sealed class PendingResult(Instance asker, HistoryEvent happened)
{
    private const int Waiting = 0;
    private const int WithTurn = 1;
    private const int Alone = 2;

    private readonly TaskCompletionSource<long> _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _way;

    /// <summary>Who waits for it, as it was when it asked.</summary>
    public Instance Asker { get; } = asker;

    public HistoryEvent Event { get; } = happened;

    public bool IsWaiting => Volatile.Read(ref _way) == Waiting;

    /// <summary>Ends when it is on the disk; with the sequence of its message if it went alone.</summary>
    /// <exception cref="HubException">Nobody wants it any more.</exception>
    public Task<long> Committed => _committed.Task;

    public bool TryGoWithTurn() => Interlocked.CompareExchange(ref _way, WithTurn, Waiting) == Waiting;

    public bool TryGoAlone() => Interlocked.CompareExchange(ref _way, Alone, Waiting) == Waiting;

    /// <summary>The turn was not committed.</summary>
    public void StayBehind() => Volatile.Write(ref _way, Waiting);

    public void ArriveWithTurn() => _committed.SetResult(0);

    public void ArriveAlone(long sequence) => _committed.SetResult(sequence);

    public void Fail(Exception exception)
    {
        _committed.SetException(exception);

        // Its worker is told by the same task, if it still waits.
        _ = _committed.Task.Exception;
    }
}
