using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Orchestrator.Sql;

/// <summary>What the writer commits, in a SQLite file. After a sync that failed it writes nothing any more.</summary>
internal sealed class SqliteTransactions(PreparedConnection connection, string path) : IWriterTransactions<PreparedConnection>
{
    // Who writes less often than this need not take room on the disk.
    private const int OftenWritten = 16;

    private DatabaseException? _unsynced;
    private bool _isSynced = true;
    private int _begun;

    public PreparedConnection Connection => connection;

    private bool IsInTransaction => raw.sqlite3_get_autocommit(connection.Connection.Handle) == 0;

    public void Begin(bool isSynced)
    {
        if (_unsynced is not null)
        {
            throw _unsynced;
        }

        // Within a transaction it can't be changed. NORMAL syncs at checkpoints alone, and loses no order.
        if (isSynced != _isSynced)
        {
            connection.Execute(isSynced ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            _isSynced = isSynced;
        }

        connection.Execute("BEGIN IMMEDIATE");
        if (++_begun == OftenWritten)
        {
            WriteAheadLog.Reserve(path);
        }
    }

    public void BeginOperation() => connection.Execute("SAVEPOINT operation");

    public void EndOperation() => connection.Execute("RELEASE operation");

    public void UndoOperation()
    {
        connection.Execute("ROLLBACK TO operation");
        connection.Execute("RELEASE operation");
    }

    public bool IsOfDatabase(Exception exception) =>
        (exception is SqliteException sqlite && SqliteFailures.OfDatabase(sqlite) is not null) || !IsInTransaction;

    public void Commit() => connection.Execute("COMMIT");

    public Exception Abort(Exception exception)
    {
        DatabaseException? failure = exception switch
        {
            SqliteException sqlite => SqliteFailures.Translated(sqlite, SqliteFailures.OfDatabase(sqlite) ?? DatabaseFailure.InputOutput, path),
            DatabaseException known => known,
            _ => null,
        };
        if (failure is { Failure: DatabaseFailure.Unsynced } && _unsynced is null)
        {
            // After a failed sync the kernel may call lost pages clean: a second try would lie.
            _unsynced = failure;
            UnsyncedDisk.Tell(failure);
        }

        if (IsInTransaction)
        {
            RollBack();
        }

        return failure ?? exception;
    }

    public void Dispose() => connection.Dispose();

    private void RollBack()
    {
        try
        {
            connection.Execute("ROLLBACK");
        }
        catch (SqliteException exception)
        {
            _unsynced ??= SqliteFailures.Translated(exception, DatabaseFailure.InputOutput, path);
        }
    }
}
