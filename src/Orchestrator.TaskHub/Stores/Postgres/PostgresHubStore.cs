using System.Runtime.CompilerServices;
using Npgsql;
using Orchestrator.Sql;
using Orchestrator.Sql.Postgres;

namespace Orchestrator.TaskHub.Stores.Postgres;

/// <summary>A hub's store in one schema of a PostgreSQL database, owned by one hub at a time.</summary>
internal sealed class PostgresHubStore : IHubStore
{
    private static readonly Migrations Schema =
        Migrations.FromResources(typeof(PostgresHubStore).Assembly, "Orchestrator.TaskHub.Stores.Postgres.Schema.");

    private readonly ConditionalWeakTable<PostgresConnection, HubTables> _tables = [];

    private PostgresHubStore(PostgresDatabase database) => Database = database;

    public Task Lost => Database.Lost;

    /// <summary>For what is beside the hub's own tables.</summary>
    public PostgresDatabase Database { get; }

    /// <param name="settings">Where.</param>
    /// <param name="standBy">Told the owner's address while another hub owns it.</param>
    /// <param name="cancellationToken">Ends the wait for it.</param>
    /// <exception cref="DatabaseException">The server cannot be used.</exception>
    public static async Task<PostgresHubStore> OpenAsync(
        PostgresSettings settings, Action<string> standBy, CancellationToken cancellationToken) =>
        new(await PostgresDatabase.OpenAsync(settings, Schema, standBy, cancellationToken));

    public async Task<T> WriteAsync<T>(Func<HubTables, T> step, Action<T> committed, CancellationToken cancellationToken)
    {
        try
        {
            return await Database.WriteAsync(connection => step(TablesOf(connection)), committed, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.CharacterNotInRepertoire)
        {
            throw new HubException(HubRefusal.Invalid, "PostgreSQL keeps no NUL character: leave it out of ids, names and statuses.");
        }
    }

    public Task<T> ReadAsync<T>(Func<HubTables, T> query, CancellationToken cancellationToken) =>
        Database.ReadAsync(connection => query(TablesOf(connection)), cancellationToken);

    public ValueTask DisposeAsync() => Database.DisposeAsync();

    private HubTables TablesOf(PostgresConnection connection) => _tables.GetValue(connection, static connection => new HubTables(
        new PostgresInstances(connection),
        new PostgresHistories(connection),
        new PostgresInboxes(connection),
        new PostgresActivityAttempts(connection),
        new PostgresTimers(connection)));
}
