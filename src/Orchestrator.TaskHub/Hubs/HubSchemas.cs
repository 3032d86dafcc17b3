using System.Globalization;
using Orchestrator.Sql.Postgres;
using Orchestrator.TaskHub.Stores;
using Orchestrator.TaskHub.Stores.Postgres;

namespace Orchestrator.TaskHub.Hubs;

/// <summary>
/// Hubs in the schemas of a PostgreSQL database. Whoever owns the default one owns all: a table of its schema says which
/// others there are.
/// </summary>
internal sealed class HubSchemas : IHubStores
{
    private const string DefaultSchema = "taskhub";

    private readonly PostgresHubOptions _options;
    private PostgresDatabase? _default;

    /// <exception cref="ArgumentException">The options cannot be used.</exception>
    public HubSchemas(PostgresHubOptions options)
    {
        options.Check();
        _options = options;
    }

    private PostgresDatabase Default => _default ?? throw new InvalidOperationException("The default hub is not open.");

    public async Task<IHubStore> OpenAsync(Action<string> standBy, CancellationToken cancellationToken)
    {
        PostgresHubStore store = await PostgresHubStore.OpenAsync(_options.Settings(DefaultSchema), standBy, cancellationToken);
        _default = store.Database;
        return store;
    }

    public Task<int> CountAsync(CancellationToken cancellationToken) => Default.ReadAsync(
        connection => connection.Find("SELECT count(*) FROM named_hubs", row => (int)row.GetInt64(0)), cancellationToken);

    public Task<bool> ExistsAsync(HubName name, CancellationToken cancellationToken) =>
        Default.ReadAsync(connection => KeyOf(connection, name) is not null, cancellationToken);

    public async Task<IHubStore> OpenAsync(HubName name, CancellationToken cancellationToken)
    {
        // By a write: it proves that this server is the owner, and so may take the hub from whoever was.
        long key = await Default.WriteAsync(
            connection => KeyOf(connection, name)
                ?? connection.Insert("INSERT INTO named_hubs (name) VALUES ($1) RETURNING key", name.Value),
            cancellationToken);
        return await PostgresHubStore.OpenAsync(
            _options.Settings(SchemaOf(key)) with { TakesOverAtOnce = true }, _ => { }, cancellationToken);
    }

    public Task DeleteAsync(HubName name, CancellationToken cancellationToken) => Default.WriteAsync(
        connection =>
        {
            if (KeyOf(connection, name) is { } key)
            {
                connection.Execute("DELETE FROM named_hubs WHERE key = $1", key);
                connection.Execute($"DROP SCHEMA IF EXISTS {SchemaOf(key)} CASCADE");
            }

            return true;
        },
        cancellationToken);

    private static long? KeyOf(PostgresConnection connection, HubName name) =>
        connection.Find("SELECT key FROM named_hubs WHERE name = $1", row => (long?)row.GetInt64(0), name.Value);

    private static string SchemaOf(long key) => string.Create(CultureInfo.InvariantCulture, $"{DefaultSchema}_{key}");
}
