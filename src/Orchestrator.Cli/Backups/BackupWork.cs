using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Cli.Hosting;
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
    public static async Task<BackupRecord> TakeAsync(DataFolder data, string target, CancellationToken cancellationToken)
    {
        if (Path.Exists(target))
        {
            throw new BadInputException($"--to: {target} is there already; name a folder that isn't.");
        }

        if (IsWithin(target, data.Root))
        {
            throw new BadInputException($"--to: {target} is in the data folder, which it would be a part of; name one elsewhere.");
        }

        using IDisposable _ = await LockFile.ShareAsync(data.PurgeLock, Patience, TimeProvider.System, cancellationToken)
            ?? throw new EnvironmentException($"Runs of {data.Root} are being purged; try again when that is done.");
        return await NewFolder.MakeAsync(target, building => CopyAsync(data, building, cancellationToken));
    }

    private static async Task<BackupRecord> CopyAsync(DataFolder data, string building, CancellationToken cancellationToken)
    {
        string id = Guid.NewGuid().ToString("N");
        DateTimeOffset takenAt = TimeProvider.System.GetUtcNow();
        var copy = new FolderCopy(data.Root, building);
        foreach (string hub in HubsOf(data))
        {
            await CopyDatabaseAsync(data, hub, building, copy, cancellationToken);
        }

        if (Deployment.RunsOf(data) is { Postgres: not null } runs)
        {
            await using Deployment deployment = await Deployment.OpenAsync(data.Root, cancellationToken);
            await deployment.Services.GetRequiredService<RunBackups>().DumpAsync(runs, id, Path.Combine(building, BackupContent.RunDump), cancellationToken);
            await copy.AddAsync(BackupContent.RunDump, cancellationToken);
        }
        else if (File.Exists(data.RunDatabase))
        {
            await CopyDatabaseAsync(data, BackupContent.RunDatabase, building, copy, cancellationToken);
        }

        await copy.CopyAsync((path, isFolder) => BackupContent.Has(path, isFolder) && !BackupContent.IsReferredTo(path), cancellationToken);
        await copy.CopyAsync(BackupContent.Has, cancellationToken);
        if (await copy.CopyReadableAsync(BackupContent.Caches, cancellationToken) is > 0 and var unreadable)
        {
            await Console.Error.WriteLineAsync($"{unreadable} files or folders of {Path.Combine(data.Root, BackupContent.Caches)} can't be read and are left out: setups fetch such packages again");
        }

        var record = BackupRecord.Of(id, data.Root, takenAt, copy);
        HashList.Write(building, copy.Hashes);
        record.Write(building);
        return record;
    }

    /// <summary>Whatever links lead there.</summary>
    private static bool IsWithin(string path, string folder)
    {
        string there = path;
        while (!Directory.Exists(there))
        {
            there = Path.GetDirectoryName(there)!;
        }

        return $"{PlainFile.RealPathOf(there)}/".StartsWith($"{PlainFile.RealPathOf(folder)}/", StringComparison.Ordinal);
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
