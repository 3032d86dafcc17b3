using Orchestrator.Sql.Postgres;
using Orchestrator.TaskHub.Stores;
using Orchestrator.TaskHub.Stores.Postgres;
using Orchestrator.TaskHub.Tests.Postgres;
using Orchestrator.Testing.Postgres;

namespace Orchestrator.TaskHub.Tests.Conformance;

/// <summary>A database of its own on the tests' server.</summary>
public sealed class PostgresStorage : ITestStorage
{
    private readonly List<PostgresLine> _lines = [];
    private string? _database;

    async Task<IHubStore> ITestStorage.OpenAsync(CancellationToken cancellationToken)
    {
        PostgresCluster cluster = await PostgresCluster.Shared;
        _database ??= await cluster.CreateDatabaseAsync();
        var line = new PostgresLine(cluster.Port);
        _lines.Add(line);
        var settings = new PostgresSettings
        {
            ConnectionString = cluster.ConnectionString(_database, line.Port),
            Schema = "taskhub",
            Address = "http://127.0.0.1:1",
            Lease = TimeSpan.FromSeconds(4),
        };
        return await PostgresHubStore.OpenAsync(settings, _ => { }, cancellationToken);
    }

    // The hub that still runs has lost its sessions, and gets no others: to the server it is a hub whose machine is gone.
    public void Crash() => _lines.ForEach(line => line.Cut());

    public void Dispose() => _lines.ForEach(line => line.Dispose());
}
