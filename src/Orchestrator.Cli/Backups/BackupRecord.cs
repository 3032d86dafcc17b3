using System.Reflection;
using System.Text.Json;
using Orchestrator.Files;

namespace Orchestrator.Cli.Backups;

/// <summary>
/// What a backup says of itself, in its <c>backup.json</c>. A data folder that has one was restored, and nobody has worked on it yet
/// (<see cref="RestoredBackup"/>).
/// </summary>
/// <param name="Format">How it is written; 1.</param>
/// <param name="Id">Tells it from others.</param>
/// <param name="Product">The version of the program that took it.</param>
/// <param name="TakenAt">When it was begun: nothing that was committed before is missing.</param>
/// <param name="From">The data folder.</param>
/// <param name="Hub">The file with the histories; null if they are in a hub elsewhere.</param>
/// <param name="Runs">The file with the run database, or the dump of it; null for the folder of a hub alone.</param>
/// <param name="Files">How many files it has.</param>
/// <param name="Bytes">Their length together.</param>
internal sealed record BackupRecord(int Format, string Id, string Product, DateTimeOffset TakenAt, string From, string? Hub, string? Runs, int Files, long Bytes)
{
    public const string Name = "backup.json";

    private const int CurrentFormat = 1;

    public static BackupRecord Of(string id, string from, DateTimeOffset takenAt, FolderCopy copy) => new(
        CurrentFormat,
        id,
        typeof(BackupRecord).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
        takenAt,
        from,
        FindIn(copy, BackupContent.HubDatabase),
        FindIn(copy, BackupContent.RunDatabase) ?? FindIn(copy, BackupContent.RunDump),
        copy.Hashes.Count,
        copy.Bytes);

    /// <exception cref="BadInputException">The folder is no backup, or one of a newer program.</exception>
    public static BackupRecord Read(string folder)
    {
        string path = Path.Combine(folder, Name);
        if (!File.Exists(path))
        {
            throw new BadInputException($"{folder} is no backup: it has no {Name}. 'orchestrator backup' makes one.");
        }

        try
        {
            BackupRecord? record = JsonSerializer.Deserialize(File.ReadAllBytes(path), CliJson.Default.BackupRecord);
            return record?.Format == CurrentFormat
                ? record
                : throw new BadInputException($"{path} has the format {record?.Format}; this program reads {CurrentFormat}: upgrade it.");
        }
        catch (JsonException failure)
        {
            throw new BadInputException($"{path} is damaged: {failure.Message}");
        }
    }

    private static string? FindIn(FolderCopy copy, string name) => copy.Hashes.ContainsKey(name) ? name : null;

    public void Write(string folder) => WholeFile.Write(Path.Combine(folder, Name), JsonSerializer.SerializeToUtf8Bytes(this, CliJson.Default.BackupRecord));
}
