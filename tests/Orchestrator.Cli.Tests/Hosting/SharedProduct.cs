using Azure.Storage.Blobs;
using Orchestrator.Testing.Azurite;
using Orchestrator.Testing.Postgres;

namespace Orchestrator.Cli.Tests.Hosting;

/// <summary>Two hubs, two workers and a server on PostgreSQL, blobs and one data folder.</summary>
internal sealed class SharedProduct : IAsyncDisposable
{
    private readonly PostgresCluster _cluster;
    private readonly string _database;
    private readonly AzuriteServer _azurite;

    private SharedProduct(ExampleFolder example, PostgresCluster cluster, string database, AzuriteServer azurite)
    {
        _cluster = cluster;
        _database = database;
        _azurite = azurite;
        Parts = new ProductParts(
            example,
            ("PGPASSWORD", cluster.Password),
            ("RunDatabase__Postgres", $"Host=127.0.0.1;Port={cluster.Port};Database={database};Username=postgres"),
            ("Payloads__Blobs__ConnectionVariable", "BLOBS"),
            ("BLOBS", azurite.ConnectionString()));
    }

    /// <summary>What can be killed.</summary>
    public ProductParts Parts { get; }

    private BlobContainerClient Payloads => new(_azurite.ConnectionString(), "payloads");

    public static async Task<SharedProduct> StartAsync(ExampleFolder example)
    {
        PostgresCluster cluster = await PostgresCluster.Shared;
        var product = new SharedProduct(example, cluster, await cluster.CreateDatabaseAsync(), await AzuriteServer.StartAsync());
        await product.Payloads.CreateAsync();
        string[] options =
        [
            "--postgres", $"postgres://postgres@127.0.0.1:{cluster.Port}/{product._database}?sslmode=disable", "--lease", "3", "--peer-silence", "3",
        ];
        string first = await product.Parts.AddHubAsync("first hub", options);
        string second = await product.Parts.AddHubAsync("second hub", options);
        await product.Parts.AddWorkerAsync("first worker", first);
        await product.Parts.AddServerAsync("server", second);
        await product.Parts.AddWorkerAsync("second worker", second);
        return product;
    }

    public Task<string> QueryAsync(string sql) => _cluster.QueryAsync(_database, sql);

    /// <summary>The names of the payloads that are blobs.</summary>
    public async Task<IReadOnlyList<string>> BlobsAsync()
    {
        List<string> names = [];
        await foreach (Azure.Storage.Blobs.Models.BlobItem blob in Payloads.GetBlobsAsync())
        {
            names.Add(blob.Name);
        }

        return names;
    }

    public async ValueTask DisposeAsync()
    {
        Parts.Dispose();
        await _azurite.DisposeAsync();
    }
}
