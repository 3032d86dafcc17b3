using Orchestrator.TaskHub.Stores;
using Orchestrator.TaskHub.Stores.Sqlite;

namespace Orchestrator.TaskHub.Hubs;

/// <summary>Hubs in SQLite files: the default one's, and beside it a folder with <c>NAME.db</c> for each named one.</summary>
internal sealed class HubFiles(string databasePath) : IHubStores
{
    private const string Folder = "task-hubs";
    private const string Extension = ".db";

    // What SQLite and the store keep beside a database.
    private static readonly string[] Companions = ["-wal", "-shm", ".lock"];

    private readonly string _folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(databasePath))!, Folder);

    public async Task<IHubStore> OpenAsync(Action<string> standBy, CancellationToken cancellationToken) =>
        await SqliteHubStore.OpenAsync(databasePath, cancellationToken);

    public Task<int> CountAsync(CancellationToken cancellationToken) =>
        Task.FromResult(Directory.Exists(_folder) ? Directory.GetFiles(_folder, "*" + Extension).Length : 0);

    public Task<bool> ExistsAsync(HubName name, CancellationToken cancellationToken) => Task.FromResult(File.Exists(PathOf(name)));

    public async Task<IHubStore> OpenAsync(HubName name, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_folder);
        if (!File.Exists(PathOf(name)))
        {
            RemoveCompanions(name);
        }

        return await SqliteHubStore.OpenAsync(PathOf(name), cancellationToken);
    }

    public Task DeleteAsync(HubName name, CancellationToken cancellationToken)
    {
        // The database first: what is left of a deletion that was cut short is no hub.
        File.Delete(PathOf(name));
        RemoveCompanions(name);
        return Task.CompletedTask;
    }

    private void RemoveCompanions(HubName name)
    {
        foreach (string companion in Companions)
        {
            File.Delete(PathOf(name) + companion);
        }
    }

    private string PathOf(HubName name) => Path.Combine(_folder, name.Value + Extension);
}
