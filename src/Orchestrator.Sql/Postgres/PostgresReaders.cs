using System.Diagnostics;
using Npgsql;

namespace Orchestrator.Sql.Postgres;

/// <summary>A few connections for reading; each read sees one committed state, and is repeated if its connection breaks.</summary>
/// <param name="connections">Where to.</param>
/// <param name="showsZeros">As the one who writes has it.</param>
internal sealed class PostgresReaders(PostgresConnections connections, bool showsZeros) : IDisposable
{
    private const int Connections = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(50);

    private readonly NpgsqlDataSource _source = connections.Pool(Connections);
    private readonly SemaphoreSlim _free = new(Connections);
    private volatile bool _disposed;

    /// <exception cref="DatabaseException">The server cannot be used, and not only for a moment.</exception>
    public async Task<T> ReadAsync<T>(Func<PostgresConnection, T> query, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        try
        {
            long startedAt = Stopwatch.GetTimestamp();
            for (TimeSpan wait = FirstWait; ; wait *= 2)
            {
                if (_disposed)
                {
                    throw new DatabaseException(DatabaseFailure.Closed, $"{connections.Server} is closed.");
                }

                try
                {
                    return await ReadOnceAsync(query, cancellationToken);
                }
                catch (Exception exception) when (PostgresFailures.OfDatabase(exception) is { } failure)
                {
                    if (failure != DatabaseFailure.Unreachable || Stopwatch.GetElapsedTime(startedAt) + wait > Patience)
                    {
                        throw PostgresFailures.Translated(exception, connections.Server);
                    }
                }

                // Its neighbours in the pool are broken, too.
                _source.Clear();
                await Task.Delay(wait, TimeProvider.System, cancellationToken);
            }
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose()
    {
        _disposed = true;
        _source.Dispose();
    }

    private async Task<T> ReadOnceAsync<T>(Func<PostgresConnection, T> query, CancellationToken cancellationToken)
    {
        using var connection = new PostgresConnection(await _source.OpenConnectionAsync(cancellationToken)) { ShowsZeros = showsZeros };

        // A thread of its own: a server that does not answer must not take those that everything else runs on.
        return await Task.Factory.StartNew(
            () => Read(connection, query), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private static T Read<T>(PostgresConnection connection, Func<PostgresConnection, T> query)
    {
        connection.Later("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        T result = query(connection);
        connection.Later("ROLLBACK");
        connection.Flush();
        return result;
    }
}
