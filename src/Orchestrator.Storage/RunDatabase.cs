using Orchestrator.Agent.Audit;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Timeline;
using Orchestrator.Sql;

namespace Orchestrator.Storage;

/// <summary>The run database of a data folder; any process of the machine may have it open.</summary>
public sealed class RunDatabase : IAsyncDisposable
{
    private readonly SqliteDatabase _database;

    private RunDatabase(SqliteDatabase database, DataFolder data, TimeProvider time)
    {
        _database = database;
        Time = time;
        Data = data;
    }

    internal DataFolder Data { get; }

    internal TimeProvider Time { get; }

    internal long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <exception cref="DatabaseException">The database can't be used.</exception>
    public static async Task<RunDatabase> OpenAsync(DataFolder data, TimeProvider time, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(data.Root);
        var migrations = Migrations.FromResources(typeof(RunDatabase).Assembly, "Orchestrator.Storage.Schema.");
        return new RunDatabase(await SqliteDatabase.OpenAsync(data.RunDatabase, migrations, cancellationToken), data, time);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    /// <exception cref="TenureException">It is written in a tenure that is over.</exception>
    internal Task<T> WriteAsync<T>(Func<PreparedConnection, T> operation, CancellationToken cancellationToken) =>
        _database.WriteAsync(Fenced(operation), cancellationToken);

    /// <inheritdoc cref="SqliteDatabase.WriteUnsyncedAsync"/>
    internal Task<T> WriteUnsyncedAsync<T>(Func<PreparedConnection, T> operation, CancellationToken cancellationToken) =>
        _database.WriteUnsyncedAsync(Fenced(operation), cancellationToken);

    /// <inheritdoc cref="WriteAsync{T}(Func{PreparedConnection, T}, CancellationToken)"/>
    internal Task WriteAsync(Action<PreparedConnection> operation, CancellationToken cancellationToken) => WriteAsync(
        connection =>
        {
            operation(connection);
            return true;
        },
        cancellationToken);

    private static Func<PreparedConnection, T> Fenced<T>(Func<PreparedConnection, T> operation) => Tenure.Current is not { } tenure
        ? operation
        : connection => HostRows.Lasts(connection, tenure) ? operation(connection) : throw new TenureException(tenure);

    internal Task<T> ReadAsync<T>(Func<PreparedConnection, T> query, CancellationToken cancellationToken) =>
        _database.ReadAsync(query, cancellationToken);

    /// <summary>Adds an event in the transaction of what it tells.</summary>
    internal void Tell(PreparedConnection connection, string run, RunEvent happened) => connection.Execute(
        """
        INSERT INTO events(run_id, seq, at, kind, turn, text, details, effect)
        SELECT $1, coalesce(max(seq), 0) + 1, $2, $3, $4, $5, $6, $7 FROM events WHERE run_id = $1
        """,
        run, Now, happened.Kind.ToString(), happened.Turn, happened.Text, happened.Details, happened.Effect);

    /// <summary>Writes an act down in the transaction that makes it happen.</summary>
    internal void Note(PreparedConnection connection, AuditAct act) => AuditRows.Append(connection, Now, act);
}
