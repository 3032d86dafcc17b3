using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Orchestrator.Sql;

/// <summary>
/// The one thread that writes: it takes all operations that wait, runs them in one transaction, commits once, and
/// only then tells their callers. An operation that throws is rolled back alone; a failure of the file fails the batch.
/// </summary>
internal sealed class GroupCommitWriter : IAsyncDisposable
{
    private const int LongestBatch = 256;

    private readonly PreparedConnection _connection;
    private readonly string _path;
    private readonly Channel<PendingWrite> _waiting;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DatabaseException? _unsynced;

    public GroupCommitWriter(PreparedConnection connection, string path, int capacity)
    {
        _connection = connection;
        _path = path;
        _waiting = Channel.CreateBounded<PendingWrite>(new BoundedChannelOptions(capacity) { SingleReader = true });

        // A thread of its own: a slow disk must not take one from the pool.
        new Thread(Run) { IsBackground = true, Name = $"writer of {Path.GetFileName(path)}" }.Start();
    }

    public async Task<T> WriteAsync<T>(Func<PreparedConnection, T> operation, CancellationToken cancellationToken)
    {
        var write = new PendingWrite<T>(operation, cancellationToken);
        try
        {
            await _waiting.Writer.WriteAsync(write, cancellationToken);
        }
        catch (ChannelClosedException exception)
        {
            throw new DatabaseException(DatabaseFailure.Closed, $"{_path} is closed.", exception);
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
        var batch = new List<PendingWrite>(LongestBatch);
        while (WaitForWork())
        {
            batch.Clear();
            while (batch.Count < LongestBatch && _waiting.Reader.TryRead(out PendingWrite? write))
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

        _connection.Dispose();
        _stopped.SetResult();
    }

    // Blocking is this thread's purpose; a wait that is over already costs no task.
    private bool WaitForWork() => _waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult();

    private void CommitOrFail(List<PendingWrite> batch)
    {
        List<PendingWrite> done = [];
        try
        {
            if (_unsynced is not null)
            {
                throw _unsynced;
            }

            _connection.Execute("BEGIN IMMEDIATE");
            foreach (PendingWrite write in batch)
            {
                RunAlone(write, done);
            }

            _connection.Execute("COMMIT");
        }
        catch (Exception exception)
        {
            // The writer's outermost line: whatever broke the batch goes to those who wait, and the thread lives on.
            FailBatch(batch, exception);
            return;
        }

        done.ForEach(write => write.Complete());
    }

    private void RunAlone(PendingWrite write, List<PendingWrite> done)
    {
        _connection.Execute("SAVEPOINT operation");
        try
        {
            write.Run(_connection);
            done.Add(write);
        }
        catch (Exception exception) when (!IsOfDatabase(exception))
        {
            _connection.Execute("ROLLBACK TO operation");
            write.Fail(exception);
        }

        _connection.Execute("RELEASE operation");
    }

    private bool IsOfDatabase(Exception exception) =>
        (exception is SqliteException sqlite && SqliteFailures.OfDatabase(sqlite) is not null)
        || raw.sqlite3_get_autocommit(_connection.Connection.Handle) != 0;

    private void FailBatch(List<PendingWrite> batch, Exception exception)
    {
        Exception failure = exception;
        if (exception is SqliteException sqlite)
        {
            DatabaseFailure kind = SqliteFailures.OfDatabase(sqlite) ?? DatabaseFailure.InputOutput;
            DatabaseException translated = SqliteFailures.Translated(sqlite, kind, _path);

            // After a failed sync the kernel may call lost pages clean: a second try would lie.
            _unsynced = kind == DatabaseFailure.Unsynced ? translated : _unsynced;
            failure = translated;
        }

        if (raw.sqlite3_get_autocommit(_connection.Connection.Handle) == 0)
        {
            RollBack();
        }

        // Those whose own statement failed have been told already; telling twice changes nothing.
        batch.ForEach(write => write.Fail(failure));
    }

    private void RollBack()
    {
        try
        {
            _connection.Execute("ROLLBACK");
        }
        catch (SqliteException exception)
        {
            _unsynced ??= SqliteFailures.Translated(exception, DatabaseFailure.InputOutput, _path);
        }
    }
}
