using System.CommandLine;
using System.Text.Json;
using Orchestrator.Agent.Timeline;
using Orchestrator.Cli.Hosting;

namespace Orchestrator.Cli.Backups;

/// <summary><c>restore</c>: makes a data folder of a backup, once all of it is found to be as it was written.</summary>
internal static class RestoreVerb
{
    public static Command Create()
    {
        var backup = new Argument<string>("BACKUP") { Description = "The folder that 'backup' made." };
        var check = new Option<bool>("--check") { Description = "Only say whether the backup is whole." };
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("restore", "Make a data folder of a backup. Never let the original go on beside it.") { backup, check, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            string from = Path.GetFullPath(parsed.GetValue(backup)!);
            string target = DataFolders.PathOf(parsed.GetValue(data));
            BackupRecord record = BackupRecord.Read(from);
            if (parsed.GetValue(check))
            {
                await RestoreWork.CheckAsync(from, cancellationToken);
            }
            else
            {
                await RestoreWork.RestoreAsync(from, target, cancellationToken);
            }

            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new BackupReport(parsed.GetValue(check) ? from : target, record), CliJson.Default.BackupReport));
                return ExitCode.Ok;
            }

            string what = $"the backup of {record.From} of {record.TakenAt.ToLocalTime():yyyy-MM-dd HH:mm:ss}";
            Console.WriteLine(Visible.Of(parsed.GetValue(check)
                ? $"{from} is whole: {what}, {record.Files} files"
                : $"{target} is restored from {what}; its runs go on when somebody works on it: orchestrator serve --data {target}"));
            if (!parsed.GetValue(check) && record.Runs == BackupContent.RunDump)
            {
                Console.WriteLine(Visible.Of($"before that, bring its runs back to PostgreSQL: {BackupContent.LoadOf(target)}"));
            }

            return ExitCode.Ok;
        });
        return command;
    }
}
