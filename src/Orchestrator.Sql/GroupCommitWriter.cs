using System.Threading.Channels;

namespace Orchestrator.Sql;

/// <summary>
/// The one thread that writes: it takes all operations that wait and commits them together.
/// </summary>
internal sealed class GroupCommitWriter<TConnection> : IAsyncDisposable
{
    private const int WaitingWrites = 1024;
    private const int LongestBatch = 256;

    private readonly GroupCommit<TConnection> _commit;
    private readonly string _name;
    private readonly Channel<PendingWrite<TConnection>> _waiting;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="transactions">Whose connection it writes on; closed by the writer.</param>
    /// <param name="name">What the database is called in messages.</param>
    public GroupCommitWriter(IWriterTransactions<TConnection> transactions, string name)
    {
        _commit = new GroupCommit<TConnection>(transactions);
        _name = name;
        _waiting = Channel.CreateBounded<PendingWrite<TConnection>>(new BoundedChannelOptions(WaitingWrites) { SingleReader = true });

        // A thread of its own: a slow disk must not take one from the pool.
        new Thread(Run) { IsBackground = true, Name = $"writer of {Path.GetFileName(name)}" }.Start();
    }

    public Task<T> WriteAsync<T>(Func<TConnection, T> operation, CancellationToken cancellationToken) =>
        WriteAsync(operation, static _ => { }, cancellationToken);

    public Task<T> WriteAsync<T>(Func<TConnection, T> operation, Action<T> committed, CancellationToken cancellationToken) =>
        WriteAsync(new PendingWrite<TConnection, T>(operation, committed, cancellationToken), cancellationToken);

    /// <summary>The same, but a loss of power may undo it until the next synced write.</summary>
    public Task<T> WriteUnsyncedAsync<T>(Func<TConnection, T> operation, CancellationToken cancellationToken) =>
        WriteAsync(new PendingWrite<TConnection, T>(operation, static _ => { }, cancellationToken, isSynced: false), cancellationToken);

    private async Task<T> WriteAsync<T>(PendingWrite<TConnection, T> write, CancellationToken cancellationToken)
    {
        try
        {
            await _waiting.Writer.WriteAsync(write, cancellationToken);
        }
        catch (ChannelClosedException exception)
        {
            throw new DatabaseException(DatabaseFailure.Closed, $"{_name} is closed.", exception);
        }

        return await write.Completion;
    }

    /// <summary>Takes no more operations, finishes those that wait, and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _stopped.Task;
    }

    private void Run()
    {
        var batch = new List<PendingWrite<TConnection>>(LongestBatch);
        while (WaitForWork())
        {
            batch.Clear();
            while (batch.Count < LongestBatch && _waiting.Reader.TryRead(out PendingWrite<TConnection>? write))
            {
                if (write.Begin())
                {
                    batch.Add(write);
                }
            }

            if (batch.Count > 0)
            {
                _commit.Run(batch);
            }
        }

        _commit.Dispose();
        _stopped.SetResult();
    }

    // Blocking is this thread's purpose; a wait that is over already costs no task.
    private bool WaitForWork() => _waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult();
}
