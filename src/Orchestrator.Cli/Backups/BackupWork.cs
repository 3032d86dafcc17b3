using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Files;
using Orchestrator.Sql;
using Orchestrator.Storage;

namespace Orchestrator.Cli.Backups;

/// <summary>
/// Takes a backup of a data folder while others work in it. Nobody is stopped: each part is of a moment that isn't before those of the parts that refer to
/// it. Histories come first - a run that is behind its records comes to the same results again -, then the run database, and then the files that it refers to,
/// which only grow as long as no run is purged.
/// </summary>
internal static class BackupWork
{
    /// <summary>A purge removes one run at a time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <exception cref="BadInputException">The target is there, or in the data folder.</exception>
    /// <exception cref="IOException">Something can't be read or written; nothing is left of the backup.</exception>
    public static async Task<BackupRecord> TakeAsync(DataFolder data, RunDatabaseOptions runs, string target, CancellationToken cancellationToken)
    {
        if (Path.Exists(target))
        {
            throw new BadInputException($"--to: {target} is there already; name a folder that isn't.");
        }

        if (target.StartsWith(Path.TrimEndingDirectorySeparator(data.Root) + "/", StringComparison.Ordinal))
        {
            throw new BadInputException($"--to: {target} is in the data folder, which it would be a part of; name one elsewhere.");
        }

        using IDisposable _ = await LockFile.ShareAsync(data.PurgeLock, Patience, TimeProvider.System, cancellationToken)
            ?? throw new EnvironmentException($"Runs of {data.Root} are being purged; try again when that is done.");
        return await NewFolder.MakeAsync(target, building => CopyAsync(data, runs, building, cancellationToken));
    }

    private static async Task<BackupRecord> CopyAsync(DataFolder data, RunDatabaseOptions runs, string building, CancellationToken cancellationToken)
    {
        DateTimeOffset takenAt = TimeProvider.System.GetUtcNow();
        var copy = new FolderCopy(data.Root, building);
        foreach (string hub in HubsOf(data))
        {
            await CopyDatabaseAsync(data, hub, building, copy, cancellationToken);
        }

        if (runs.Postgres is not null)
        {
            await runs.DumpAsync(Path.Combine(building, BackupContent.RunDump), cancellationToken);
            await copy.AddAsync(BackupContent.RunDump, cancellationToken);
        }
        else if (File.Exists(data.RunDatabase))
        {
            await CopyDatabaseAsync(data, BackupContent.RunDatabase, building, copy, cancellationToken);
        }

        await copy.CopyAsync((path, isFolder) => BackupContent.Has(path, isFolder) && !BackupContent.IsReferredTo(path) && !BackupContent.IsCache(path), cancellationToken);
        await copy.CopyAsync((path, isFolder) => BackupContent.Has(path, isFolder) && !BackupContent.IsCache(path), cancellationToken);
        await copy.TryCopyAsync((path, _) => BackupContent.IsCache(path), cancellationToken);

        var record = BackupRecord.Of(data.Root, takenAt, copy.Files);
        HashList.Write(building, copy.Files);
        record.Write(building);
        return record;
    }

    private static IEnumerable<string> HubsOf(DataFolder data)
    {
        string named = Path.Combine(data.Root, BackupContent.NamedHubs);
        return (File.Exists(data.HubDatabase) ? [BackupContent.HubDatabase] : Array.Empty<string>())
            .Concat(Directory.Exists(named) ? Directory.EnumerateFiles(named, "*.db").Select(hub => $"{BackupContent.NamedHubs}/{Path.GetFileName(hub)}") : []);
    }

    private static async Task CopyDatabaseAsync(DataFolder data, string database, string building, FolderCopy copy, CancellationToken cancellationToken)
    {
        string target = Path.Combine(building, database);
        WholeFile.CreateFolder(Path.GetDirectoryName(target)!);
        using SqliteFile file = SqliteFile.Open(Path.Combine(data.Root, database));
        await file.CopyAsync(target, cancellationToken);
        await copy.AddAsync(database, cancellationToken);
    }
}
