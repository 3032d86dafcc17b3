using System.CommandLine;
using System.Text.Json;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Timeline;
using Orchestrator.Cli.Hosting;

namespace Orchestrator.Cli.Backups;

/// <summary>What <c>backup --json</c> and <c>restore --json</c> print.</summary>
/// <param name="Folder">The backup, or the data folder that was restored.</param>
/// <param name="Backup">What the backup says of itself.</param>
internal sealed record BackupReport(string Folder, BackupRecord Backup);

/// <summary><c>backup</c>: copies a data folder, also one that is in use.</summary>
internal static class BackupVerb
{
    public static Command Create()
    {
        var to = new Option<string>("--to") { Description = "The folder to make; nothing may be there yet.", HelpName = "DIR", Required = true };
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("backup", "Copy a data folder with its runs under way, also while they are worked on.") { to, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            var from = new DataFolder(DataFolders.PathOf(parsed.GetValue(data)));
            if (!File.Exists(from.HubDatabase) && !File.Exists(from.RunDatabase) && !File.Exists(from.Id))
            {
                throw new BadInputException($"{from.Root} is no data folder. Name the right one with --data.");
            }

            string target = Path.GetFullPath(parsed.GetValue(to)!);
            BackupRecord record = await BackupWork.TakeAsync(from, target, cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new BackupReport(target, record), CliJson.Default.BackupReport));
                return ExitCode.Ok;
            }

            Console.WriteLine(Visible.Of($"{target}: {record.Files} files, {record.Bytes >> 20} MiB, of {record.TakenAt.ToLocalTime():yyyy-MM-dd HH:mm:ss}"));
            if (record.Hub is null)
            {
                Console.WriteLine("the histories are in a hub elsewhere: what goes with this is a copy of that one from before");
            }

            Console.WriteLine(Visible.Of($"orchestrator restore {target} --data DIR brings it back"));
            return ExitCode.Ok;
        });
        return command;
    }
}
