using System.Runtime.CompilerServices;
using Orchestrator.Failpoints;
using Orchestrator.Sql;

namespace Orchestrator.TaskHub.Stores.Sqlite;

/// <summary>A hub's store in one SQLite file, used by one hub at a time.</summary>
internal sealed class SqliteHubStore : IHubStore
{
    public static readonly Migrations Schema =
        Migrations.FromResources(typeof(SqliteHubStore).Assembly, "Orchestrator.TaskHub.Stores.Schema.");

    private readonly SqliteDatabase _database;
    private readonly FileStream _ownership;
    private readonly ConditionalWeakTable<PreparedConnection, HubTables> _tables = [];

    private SqliteHubStore(SqliteDatabase database, FileStream ownership)
    {
        _database = database;
        _ownership = ownership;
    }

    // The file system's lock is lost with the process and not before.
    public Task Lost { get; } = new TaskCompletionSource().Task;

    /// <exception cref="DatabaseException">The file cannot be used, or another hub uses it.</exception>
    public static async Task<SqliteHubStore> OpenAsync(string path, CancellationToken cancellationToken)
    {
        FileStream ownership = Own(path);
        Failpoint.Hit("hub.start.owned");
        try
        {
            return new SqliteHubStore(await SqliteDatabase.OpenAsync(path, Schema, cancellationToken), ownership);
        }
        catch
        {
            await ownership.DisposeAsync();
            throw;
        }
    }

    /// <summary>The tables of that schema, as the connection sees them.</summary>
    public static HubTables Tables(PreparedConnection connection) => new(
        new SqliteInstances(connection),
        new SqliteHistories(connection),
        new SqliteInboxes(connection),
        new SqliteActivityAttempts(connection),
        new SqliteTimers(connection));

    public Task<T> WriteAsync<T>(Func<HubTables, T> step, Action<T> committed, CancellationToken cancellationToken) =>
        _database.WriteAsync(session => step(TablesOf(session)), committed, cancellationToken);

    public Task<T> ReadAsync<T>(Func<HubTables, T> query, CancellationToken cancellationToken) =>
        _database.ReadAsync(session => query(TablesOf(session)), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        await _ownership.DisposeAsync();
    }

    // Leases live in a hub's memory: two hubs on one file would hand everything out twice. The system frees the lock
    // of a process that dies.
    private static FileStream Own(string path)
    {
        string lockPath = path + ".lock";
        try
        {
            return new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (File.Exists(lockPath))
        {
            throw new DatabaseException(DatabaseFailure.Busy, $"Another hub has {path} open: stop it, or connect to it.", exception);
        }
    }

    // The sessions of a file are such connections.
    private HubTables TablesOf(SqlSession session) => _tables.GetValue((PreparedConnection)session, static connection => Tables(connection));
}
