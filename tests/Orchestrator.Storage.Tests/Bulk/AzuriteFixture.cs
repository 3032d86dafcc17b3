using Azure.Storage.Blobs;
using Orchestrator.Storage.Bulk;
using Orchestrator.Testing.Azurite;

namespace Orchestrator.Storage.Tests.Bulk;

/// <summary>One Azurite for the tests of a class, with what does faults in front of it. Each test has a container of its own.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private int _containers;

    internal AzuriteServer Azurite { get; private set; } = null!;

    internal FaultyService Faults { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Azurite = await AzuriteServer.StartAsync();
        Faults = await FaultyService.StartAsync(Azurite.Endpoint);
    }

    public async Task DisposeAsync()
    {
        await Faults.DisposeAsync();
        await Azurite.DisposeAsync();
    }

    /// <summary>Makes a container, and tells options of it; requests pass by <see cref="Faults"/>.</summary>
    internal async Task<(BlobContainerClient Container, Action<BlobOptions> Configure)> MakeContainerAsync()
    {
        string name = $"payloads{Interlocked.Increment(ref _containers)}";
        var container = new BlobContainerClient(Azurite.ConnectionString(), name);
        await container.CreateAsync();
        return (container, Configure);

        void Configure(BlobOptions options)
        {
            options.ConnectionVariable = "BLOBS";
            options.Connection = Azurite.ConnectionString(Faults.Endpoint);
            options.Container = name;
            options.Timeout = TimeSpan.FromSeconds(2);
        }
    }
}
