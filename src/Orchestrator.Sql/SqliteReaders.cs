using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Orchestrator.Sql;

/// <summary>A few connections for reading; each read sees one committed state of the database.</summary>
internal sealed class SqliteReaders(string path, int count) : IDisposable
{
    private readonly ConcurrentBag<PreparedConnection> _idle = [];
    private readonly SemaphoreSlim _free = new(count);
    private volatile bool _disposed;

    public async Task<T> ReadAsync<T>(Func<PreparedConnection, T> query, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            PreparedConnection connection = _idle.TryTake(out PreparedConnection? idle) ? idle : SqliteConnections.OpenReader(path);
            return Read(connection, query);
        }
        catch (SqliteException exception) when (SqliteFailures.OfDatabase(exception) is { } failure)
        {
            throw SqliteFailures.Translated(exception, failure, path);
        }
        catch (ObjectDisposedException exception)
        {
            throw new DatabaseException(DatabaseFailure.Closed, $"{path} is closed.", exception);
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out PreparedConnection? connection))
        {
            connection.Dispose();
        }
    }

    private T Read<T>(PreparedConnection connection, Func<PreparedConnection, T> query)
    {
        try
        {
            connection.Execute("BEGIN");
            T result = query(connection);
            connection.Execute("COMMIT");
            Return(connection);
            return result;
        }
        catch
        {
            // Closing ends the transaction, whatever state it is in.
            connection.Dispose();
            throw;
        }
    }

    private void Return(PreparedConnection connection)
    {
        _idle.Add(connection);
        if (_disposed)
        {
            Dispose();
        }
    }
}
