using Orchestrator.TaskHub.Stores;
using Orchestrator.TaskHub.Stores.Sqlite;

namespace Orchestrator.TaskHub.Tests.Conformance;

/// <summary>A SQLite file in a folder of its own.</summary>
public sealed class SqliteStorage : ITestStorage
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hub-");
    private int _crashes;

    private string FilePath => Path.Combine(_folder.FullName, $"hub-{_crashes}.db");

    async Task<IHubStore> ITestStorage.OpenAsync(CancellationToken cancellationToken) =>
        await SqliteHubStore.OpenAsync(FilePath, cancellationToken);

    // The file and its log as they are at this moment, under a hub that still runs.
    public void Crash()
    {
        string before = FilePath;
        _crashes++;
        File.Copy(before, FilePath);
        File.Copy(before + "-wal", FilePath + "-wal");
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
