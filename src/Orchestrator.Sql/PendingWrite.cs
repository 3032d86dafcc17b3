namespace Orchestrator.Sql;

/// <summary>One operation that waits for the writer, and whoever waits for it.</summary>
/// <param name="isSynced">Whoever waits for it may rely on it after a loss of power, too.</param>
internal abstract class PendingWrite<TConnection>(bool isSynced)
{
    public bool IsSynced => isSynced;

    /// <summary>Claims the operation for a batch; false if its caller has given up meanwhile.</summary>
    public abstract bool Begin();

    public abstract void Run(TConnection connection);

    /// <summary>The batch is on the disk.</summary>
    public abstract void Complete();

    public abstract void Fail(Exception exception);
}

/// <param name="operation">What to do in the transaction.</param>
/// <param name="committed">Told the result by the writer, so that commits are heard of in their order; it must be quick, and not throw.</param>
/// <param name="cancellationToken">Ends the wait for the writer.</param>
/// <param name="isSynced">Whoever waits for it may rely on it after a loss of power, too.</param>
internal sealed class PendingWrite<TConnection, T>(
    Func<TConnection, T> operation, Action<T> committed, CancellationToken cancellationToken, bool isSynced = true)
    : PendingWrite<TConnection>(isSynced)
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    public Task<T> Completion => _completion.Task;

    public override bool Begin()
    {
        if (!cancellationToken.IsCancellationRequested)
        {
            return true;
        }

        _completion.TrySetCanceled(cancellationToken);
        return false;
    }

    public override void Run(TConnection connection) => _result = operation(connection);

    public override void Complete()
    {
        committed(_result);
        _completion.TrySetResult(_result);
    }

    public override void Fail(Exception exception) => _completion.TrySetException(exception);
}
