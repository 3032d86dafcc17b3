using Orchestrator.TaskHub.Stores;
using Orchestrator.TaskHub.Stores.Sqlite;

namespace Orchestrator.TaskHub.Hubs;

/// <summary>The folder of the named hubs: <c>NAME.db</c> is one. No other file there makes a hub.</summary>
internal sealed class HubFiles(string folder)
{
    private const string Extension = ".db";

    // What SQLite and the store keep beside a database.
    private static readonly string[] Companions = ["-wal", "-shm", ".lock"];

    public int Count => Directory.Exists(folder) ? Directory.GetFiles(folder, "*" + Extension).Length : 0;

    public bool Exists(HubName name) => File.Exists(PathOf(name));

    /// <summary>Opens the hub's store, and makes it if it is not there.</summary>
    public async Task<IHubStore> OpenAsync(HubName name, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        if (!Exists(name))
        {
            RemoveCompanions(name);
        }

        return await SqliteHubStore.OpenAsync(PathOf(name), cancellationToken);
    }

    /// <summary>Removes the hub for good. Its store must be closed.</summary>
    public void Delete(HubName name)
    {
        // The database first: what is left of a deletion that was cut short is no hub.
        File.Delete(PathOf(name));
        RemoveCompanions(name);
    }

    private void RemoveCompanions(HubName name)
    {
        foreach (string companion in Companions)
        {
            File.Delete(PathOf(name) + companion);
        }
    }

    private string PathOf(HubName name) => Path.Combine(folder, name.Value + Extension);
}
