using Npgsql;

namespace Orchestrator.Sql.Postgres;

/// <summary>
/// A schema of a PostgreSQL database that processes of many machines read and write, each with one writer. Writers come one after the other: what
/// an operation reads is what stands when it is committed.
/// </summary>
public sealed class SharedPostgresDatabase : SqlDatabase
{
    /// <summary>Whoever closes waits no longer for a server that is away.</summary>
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(10);

    private const int MostMigrations = 5;

    private readonly GroupCommitWriter<PostgresConnection> _writer;
    private readonly PostgresReaders _readers;
    private readonly CancellationTokenSource _closing = new();

    private SharedPostgresDatabase(PostgresConnections connections)
    {
        Server = connections.Server;
        _readers = new PostgresReaders(connections, showsZeros: true);
        _writer = new GroupCommitWriter<PostgresConnection>(new SharedTransactions(connections, _closing.Token), connections.Server);
    }

    /// <summary>Host, port and database, for messages.</summary>
    public string Server { get; }

    /// <summary>Makes the schema if it is missing, and brings it up to date.</summary>
    /// <param name="connectionText">Which database, as Npgsql reads it, or a URL.</param>
    /// <param name="schema">Where the tables are: lower case letters, digits and underscores.</param>
    /// <param name="migrations">What the tables are.</param>
    /// <param name="password">Gives the password of each new connection; null for the connection text's.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DatabaseException">The server cannot be used, or the schema is of a newer version.</exception>
    /// <exception cref="ArgumentException">The connection text cannot be read.</exception>
    public static async Task<SharedPostgresDatabase> OpenAsync(
        string connectionText, string schema, Migrations migrations, Func<CancellationToken, ValueTask<string>>? password, CancellationToken cancellationToken)
    {
        var connections = new PostgresConnections(
            new PostgresSettings { ConnectionString = connectionText, Schema = schema, Address = string.Empty, Password = password });
        for (int tries = 1; ; tries++)
        {
            try
            {
                await using NpgsqlConnection connection = await connections.OpenAsync(cancellationToken);
                await SharedSchema.MigrateAsync(connection, schema, migrations, connections.Server, cancellationToken);
                return new SharedPostgresDatabase(connections);
            }
            catch (PostgresException deadlock) when (deadlock.SqlState == PostgresErrorCodes.DeadlockDetected && tries < MostMigrations)
            {
                // With others' reads; nothing of it remains.
            }
            catch (Exception exception) when (PostgresFailures.OfDatabase(exception) is not null)
            {
                throw PostgresFailures.Translated(exception, connections.Server);
            }
        }
    }

    /// <inheritdoc/>
    public override Task<T> WriteAsync<T>(Func<SqlSession, T> operation, CancellationToken cancellationToken) =>
        _writer.WriteAsync(operation, cancellationToken);

    /// <inheritdoc/>
    public override Task<T> WriteUnsyncedAsync<T>(Func<SqlSession, T> operation, CancellationToken cancellationToken) =>
        _writer.WriteUnsyncedAsync(operation, cancellationToken);

    /// <inheritdoc/>
    public override Task<T> ReadAsync<T>(Func<SqlSession, T> query, CancellationToken cancellationToken) => _readers.ReadAsync(query, cancellationToken);

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        Task finished = _writer.DisposeAsync().AsTask();
        await Task.WhenAny(finished, Task.Delay(LongestEnd, TimeProvider.System, CancellationToken.None));
        await _closing.CancelAsync();
        await finished;
        _readers.Dispose();
        _closing.Dispose();
    }
}
