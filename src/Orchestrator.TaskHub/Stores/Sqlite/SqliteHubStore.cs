using System.Runtime.CompilerServices;
using Orchestrator.Sql;

namespace Orchestrator.TaskHub.Stores.Sqlite;

/// <summary>A hub's store in one SQLite file, used by one hub at a time.</summary>
internal sealed class SqliteHubStore : IHubStore
{
    private static readonly Migrations Schema =
        Migrations.FromResources(typeof(SqliteHubStore).Assembly, "Orchestrator.TaskHub.Stores.Schema.");

    private readonly SqliteDatabase _database;
    private readonly ConditionalWeakTable<PreparedConnection, HubTables> _tables = [];

    private SqliteHubStore(SqliteDatabase database) => _database = database;

    public static async Task<SqliteHubStore> OpenAsync(string path, CancellationToken cancellationToken) =>
        new(await SqliteDatabase.OpenAsync(path, Schema, cancellationToken));

    public Task<T> WriteAsync<T>(Func<HubTables, T> step, CancellationToken cancellationToken) =>
        _database.WriteAsync(connection => step(TablesOf(connection)), cancellationToken);

    public Task<T> ReadAsync<T>(Func<HubTables, T> query, CancellationToken cancellationToken) =>
        _database.ReadAsync(connection => query(TablesOf(connection)), cancellationToken);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private HubTables TablesOf(PreparedConnection connection) => _tables.GetValue(connection, static connection => new HubTables(
        new SqliteInstances(connection),
        new SqliteHistories(connection),
        new SqliteInboxes(connection),
        new SqliteActivities(connection),
        new SqliteTimers(connection)));
}
