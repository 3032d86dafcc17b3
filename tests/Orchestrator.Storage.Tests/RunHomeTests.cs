using Microsoft.Extensions.Options;
using Orchestrator.Agent.Stores;
using Orchestrator.Storage.Bulk;
using Orchestrator.Testing.Postgres;

namespace Orchestrator.Storage.Tests;

/// <summary>Runs of a shared database have one hub, and one data folder with their files: two would do each run twice.</summary>
public sealed class RunHomeTests : IAsyncLifetime
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("home-");
    private readonly List<RunDatabase> _open = [];
    private string _connection = null!;

    public async Task InitializeAsync()
    {
        PostgresCluster cluster = await PostgresCluster.Shared;
        _connection = cluster.ConnectionString(await cluster.CreateDatabaseAsync());
    }

    public async Task DisposeAsync()
    {
        foreach (RunDatabase database in _open)
        {
            await database.DisposeAsync();
        }

        _root.Delete(recursive: true);
    }

    [Fact]
    public async Task FolderThatCameFirst_HasTheRunsForItsHub()
    {
        RunHome first = await OpenAsync("first");
        RunHome again = await OpenAsync("first");
        RunHome other = await OpenAsync("other");

        Assert.Null(await first.ClaimAsync(CancellationToken.None));
        Assert.Null(await again.ClaimAsync(CancellationToken.None));
        Assert.Contains("the hub of another data folder", await other.ClaimAsync(CancellationToken.None), StringComparison.Ordinal);
        Assert.Contains("the hub of another data folder", await other.FindOtherAsync(CancellationToken.None), StringComparison.Ordinal);
        Assert.Contains("the hub of a data folder", await first.ClaimElsewhereAsync(keepsFiles: true, CancellationToken.None), StringComparison.Ordinal);
        Assert.Null(await first.FindOtherAsync(CancellationToken.None));
        Assert.Equal((true, false), (await again.IsHereAsync(CancellationToken.None), await other.IsHereAsync(CancellationToken.None)));
    }

    [Fact]
    public async Task HubElsewhere_FilesAreInOneFolderAndNoFolderBringsAHub()
    {
        RunHome server = await OpenAsync("server");
        RunHome worker = await OpenAsync("shared");
        RunHome peer = await OpenAsync("shared");

        Assert.Null(await server.ClaimElsewhereAsync(keepsFiles: false, CancellationToken.None));
        bool wasHere = await server.IsHereAsync(CancellationToken.None);
        Assert.Null(await worker.ClaimElsewhereAsync(keepsFiles: true, CancellationToken.None));
        Assert.Null(await peer.ClaimElsewhereAsync(keepsFiles: true, CancellationToken.None));

        Assert.Contains("another data folder", await server.ClaimElsewhereAsync(keepsFiles: true, CancellationToken.None), StringComparison.Ordinal);
        Assert.Contains("a hub that runs elsewhere", await worker.ClaimAsync(CancellationToken.None), StringComparison.Ordinal);
        Assert.Equal((false, false, true), (wasHere, await server.IsHereAsync(CancellationToken.None), await peer.IsHereAsync(CancellationToken.None)));
    }

    [Fact]
    public async Task ManyAtOnce_OneHasThem()
    {
        RunHome[] homes = [.. await Task.WhenAll(Enumerable.Range(0, 8).Select(index => OpenAsync($"folder-{index / 2}")))];

        string?[] faults = await Task.WhenAll(homes.Select(home => home.ClaimAsync(CancellationToken.None)));

        int[] winners = [.. Enumerable.Range(0, 8).Where(index => faults[index] is null)];
        Assert.Equal(2, winners.Length);
        Assert.Equal(winners[0] / 2, winners[1] / 2);
    }

    [Fact]
    public async Task FileOfTheFolder_IsItsOwn()
    {
        var data = new DataFolder(Path.Combine(_root.FullName, "alone"));
        RunDatabase database = await RunDatabase.OpenAsync(data, TimeProvider.System, CancellationToken.None);
        _open.Add(database);
        var home = new RunHome(database, Options.Create(new BlobOptions()));

        Assert.Null(await home.ClaimAsync(CancellationToken.None));
        Assert.Null(await home.ClaimElsewhereAsync(keepsFiles: true, CancellationToken.None));
        Assert.True(await home.IsHereAsync(CancellationToken.None));
        Assert.False(File.Exists(data.Id));
    }

    /// <summary>What says where their files are is the container then.</summary>
    [Fact]
    public async Task FilesInAContainer_FoldersOfTheirOwnShareItAndNoOther()
    {
        RunHome worker = await OpenAsync("one", "https://account.blob.core.windows.net/payloads");
        RunHome peer = await OpenAsync("two", "https://account.blob.core.windows.net/payloads/");
        RunHome other = await OpenAsync("three", "https://account.blob.core.windows.net/others");
        RunHome folder = await OpenAsync("four");

        Assert.Null(await worker.ClaimElsewhereAsync(keepsFiles: true, CancellationToken.None));
        Assert.Null(await peer.ClaimElsewhereAsync(keepsFiles: true, CancellationToken.None));

        Assert.Contains(
            "in another place than https://account.blob.core.windows.net/others/default",
            await other.ClaimElsewhereAsync(keepsFiles: true, CancellationToken.None),
            StringComparison.Ordinal);
        Assert.Contains("another data folder", await folder.ClaimElsewhereAsync(keepsFiles: true, CancellationToken.None), StringComparison.Ordinal);
        Assert.Equal((true, false), (await peer.IsHereAsync(CancellationToken.None), await folder.IsHereAsync(CancellationToken.None)));
    }

    private async Task<RunHome> OpenAsync(string folder, string? container = null)
    {
        RunDatabase database = await RunDatabase.OpenSharedAsync(
            new DataFolder(Path.Combine(_root.FullName, folder)), _connection, new RunDatabaseOptions(), TimeProvider.System, CancellationToken.None);
        lock (_open)
        {
            _open.Add(database);
        }

        BlobOptions blobs = container is null ? new BlobOptions() : new BlobOptions { ContainerUrl = new Uri(container), RunFiles = true };
        return new RunHome(database, Options.Create(blobs));
    }
}
