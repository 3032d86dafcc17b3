using System.Threading.Channels;
using Orchestrator.Failpoints;

namespace Orchestrator.Sql;

/// <summary>
/// The one thread that writes: it takes all operations that wait, runs them in one transaction, commits once, and
/// only then tells their callers. An operation that throws is rolled back alone; a failure of the database fails the batch.
/// </summary>
internal sealed class GroupCommitWriter<TConnection> : IAsyncDisposable
{
    private const int WaitingWrites = 1024;
    private const int LongestBatch = 256;

    private readonly IWriterTransactions<TConnection> _transactions;
    private readonly string _name;
    private readonly Channel<PendingWrite<TConnection>> _waiting;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="transactions">Whose connection it writes on; closed by the writer.</param>
    /// <param name="name">What the database is called in messages.</param>
    public GroupCommitWriter(IWriterTransactions<TConnection> transactions, string name)
    {
        _transactions = transactions;
        _name = name;
        _waiting = Channel.CreateBounded<PendingWrite<TConnection>>(new BoundedChannelOptions(WaitingWrites) { SingleReader = true });

        // A thread of its own: a slow disk must not take one from the pool.
        new Thread(Run) { IsBackground = true, Name = $"writer of {Path.GetFileName(name)}" }.Start();
    }

    public async Task<T> WriteAsync<T>(Func<TConnection, T> operation, CancellationToken cancellationToken)
    {
        var write = new PendingWrite<TConnection, T>(operation, cancellationToken);
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
                CommitOrFail(batch);
            }
        }

        _transactions.Dispose();
        _stopped.SetResult();
    }

    // Blocking is this thread's purpose; a wait that is over already costs no task.
    private bool WaitForWork() => _waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult();

    private void CommitOrFail(List<PendingWrite<TConnection>> batch)
    {
        List<PendingWrite<TConnection>> done = [];
        try
        {
            Failpoint.Hit("sql.batch.begin");
            _transactions.Begin();
            foreach (PendingWrite<TConnection> write in batch)
            {
                RunAlone(write, done);
            }

            Failpoint.Hit("sql.commit.before");
            _transactions.Commit();
            Failpoint.Hit("sql.commit.after");
        }
        catch (Exception exception)
        {
            // The writer's outermost line: whatever broke the batch goes to those who wait, and the thread lives on.
            // Those whose own statement failed have been told already; telling twice changes nothing.
            Exception failure = _transactions.Abort(exception);
            batch.ForEach(write => write.Fail(failure));
            return;
        }

        done.ForEach(write => write.Complete());
        Failpoint.Hit("sql.callers.told");
    }

    private void RunAlone(PendingWrite<TConnection> write, List<PendingWrite<TConnection>> done)
    {
        _transactions.BeginOperation();
        try
        {
            write.Run(_transactions.Connection);
            _transactions.EndOperation();
            done.Add(write);
        }
        catch (Exception exception) when (!_transactions.IsOfDatabase(exception))
        {
            _transactions.UndoOperation();
            write.Fail(exception);
        }
    }
}
