namespace Microsoft.DurableTask.Replay;

/// <summary>One wait for an external event, whatever the type of its payload.</summary>
internal abstract class EventWaiter
{
    /// <summary>Ends the wait when its token is cancelled.</summary>
    public CancellationTokenRegistration Cancellation { get; set; }

    /// <summary>Gives the waiter its event; a payload that can't be read fails the wait, where the orchestrator can see it.</summary>
    public abstract void Give(string? payload);

    /// <summary>Ends the wait without an event.</summary>
    public abstract void Cancel(CancellationToken cancellationToken);
}

/// <summary>One wait for an external event.</summary>
internal sealed class EventWaiter<T>(DataConverter converter) : EventWaiter
{
    private readonly TaskCompletionSource<T> _source = new();

    public Task<T> Payload => _source.Task;

    public override void Give(string? payload)
    {
        T value;
        try
        {
            value = converter.Deserialize<T>(payload)!;
        }
#pragma warning disable CA1031 // A converter may throw anything; all of it belongs to whoever awaits the event.
        catch (Exception unreadable)
#pragma warning restore CA1031
        {
            _source.SetException(unreadable);
            return;
        }

        _source.SetResult(value);
    }

    public override void Cancel(CancellationToken cancellationToken) => _source.SetCanceled(cancellationToken);
}
