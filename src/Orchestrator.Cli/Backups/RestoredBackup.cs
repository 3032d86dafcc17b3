using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Tasks;
using Orchestrator.Cli.Hosting;
using Orchestrator.Files;
using Orchestrator.Storage;

namespace Orchestrator.Cli.Backups;

/// <summary>Takes a data folder up that was restored from a backup and that nobody has worked on since, however it was put in its place.</summary>
internal static class RestoredBackup
{
    /// <summary>What the backup says of itself, once it was taken up.</summary>
    private const string TakenUp = "restored.json";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Before anything is done: has the files of every run be restored from snapshots. Killed on the way, it is done again by who comes next.</summary>
    /// <exception cref="EnvironmentException">Another process has been at it for too long.</exception>
    public static async Task TakeUpAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        string folder = deployment.Data.Root;
        string record = Path.Combine(folder, BackupRecord.Name);
        if (!File.Exists(record))
        {
            return;
        }

        using IDisposable alone = await LockFile.TakeAsync($"{record}.lock", Patience, TimeProvider.System, cancellationToken)
            ?? throw new EnvironmentException($"Another process has been taking up the backup in {folder} for {Patience.TotalSeconds:0} seconds; see what it does.");
        if (File.Exists(record))
        {
            BackupRecord backup = BackupRecord.Read(folder);
            if (backup.Runs is not null && !await deployment.Services.GetRequiredService<RunBackups>().TryTakeUpAsync(backup.Id, cancellationToken))
            {
                throw new EnvironmentException(
                    $"{folder} was restored from a backup, and the run database is not that of the backup: load it first, {BackupContent.LoadOf(folder)}. Or, if the folder is to join the runs that are there, delete {record}.");
            }

            File.Move(record, Path.Combine(folder, TakenUp), overwrite: true);
            DurableFile.SyncFolder(folder);
            await Console.Error.WriteLineAsync($"restored from a backup of {backup.TakenAt.ToLocalTime():yyyy-MM-dd HH:mm:ss}: runs go on from there, each with the files of its newest snapshot");
        }
    }
}
