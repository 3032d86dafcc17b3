using Orchestrator.Agent.Audit;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Timeline;
using Orchestrator.Sql;
using Orchestrator.Sql.Postgres;

namespace Orchestrator.Storage;

/// <summary>The run database: a file of a data folder that any process of the machine may have open, or a schema that processes of many machines share.</summary>
public sealed class RunDatabase : IAsyncDisposable
{
    private readonly SqlDatabase _database;

    private RunDatabase(SqlDatabase database, string place, DataFolder data, TimeProvider time)
    {
        _database = database;
        Place = place;
        Time = time;
        Data = data;
    }

    /// <summary>Where it is, for people: a file, or a server without secrets.</summary>
    public string Place { get; }

    /// <summary>It is somewhere else than in the data folder, and processes of others may have it open.</summary>
    internal bool IsShared => _database is SharedPostgresDatabase;

    internal DataFolder Data { get; }

    internal TimeProvider Time { get; }

    internal long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <exception cref="DatabaseException">The database can't be used.</exception>
    public static async Task<RunDatabase> OpenAsync(DataFolder data, TimeProvider time, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(data.Root);
        var migrations = Migrations.FromResources(typeof(RunDatabase).Assembly, "Orchestrator.Storage.Schema.");
        return new RunDatabase(await SqliteDatabase.OpenAsync(data.RunDatabase, migrations, cancellationToken), data.RunDatabase, data, time);
    }

    /// <param name="data">What else the process keeps.</param>
    /// <param name="connectionText">A PostgreSQL database, as its driver reads it, or a URL.</param>
    /// <param name="options">What else is said of it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DatabaseException">The database can't be used.</exception>
    /// <exception cref="ArgumentException">The connection text can't be read.</exception>
    public static async Task<RunDatabase> OpenSharedAsync(
        DataFolder data, string connectionText, RunDatabaseOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(data.Root);
        var migrations = Migrations.FromResources(typeof(RunDatabase).Assembly, "Orchestrator.Storage.Postgres.");
        SharedPostgresDatabase shared = await SharedPostgresDatabase.OpenAsync(
            connectionText, options.Schema, migrations, options.ShowsIdentity ? new IdentityPassword(options.ClientId).GetAsync : null, cancellationToken);
        return new RunDatabase(shared, $"PostgreSQL at {shared.Server}, schema {options.Schema}", data, time);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    /// <exception cref="TenureException">It is written in a tenure that is over.</exception>
    internal Task<T> WriteAsync<T>(Func<SqlSession, T> operation, CancellationToken cancellationToken) =>
        _database.WriteAsync(Fenced(operation), cancellationToken);

    /// <inheritdoc cref="SqlDatabase.WriteUnsyncedAsync"/>
    internal Task<T> WriteUnsyncedAsync<T>(Func<SqlSession, T> operation, CancellationToken cancellationToken) =>
        _database.WriteUnsyncedAsync(Fenced(operation), cancellationToken);

    /// <inheritdoc cref="WriteAsync{T}(Func{SqlSession, T}, CancellationToken)"/>
    internal Task WriteAsync(Action<SqlSession> operation, CancellationToken cancellationToken) => WriteAsync(
        connection =>
        {
            operation(connection);
            return true;
        },
        cancellationToken);

    private static Func<SqlSession, T> Fenced<T>(Func<SqlSession, T> operation) => Tenure.Current is not { } tenure
        ? operation
        : connection => HostRows.Lasts(connection, tenure) ? operation(connection) : throw new TenureException(tenure);

    internal Task<T> ReadAsync<T>(Func<SqlSession, T> query, CancellationToken cancellationToken) =>
        _database.ReadAsync(query, cancellationToken);

    /// <summary>Adds an event in the transaction of what it tells.</summary>
    internal void Tell(SqlSession connection, string run, RunEvent happened) => connection.Execute(
        """
        INSERT INTO events(run_id, seq, at, kind, turn, text, details, effect)
        SELECT $1, coalesce(max(seq), 0) + 1, $2, $3, $4, $5, $6, $7 FROM events WHERE run_id = $1
        """,
        run, Now, happened.Kind.ToString(), happened.Turn, happened.Text, happened.Details, happened.Effect);

    /// <summary>Writes an act down in the transaction that makes it happen.</summary>
    internal void Note(SqlSession connection, AuditAct act) => AuditRows.Append(connection, Now, act);
}
