using System.Security.Cryptography;
using Orchestrator.Agent.Timeline;
using Orchestrator.Files;

namespace Orchestrator.Cli.Backups;

/// <summary>Reads backups, and holds all that is read against the hashes that were written with it.</summary>
internal static class RestoreWork
{
    private static readonly EnumerationOptions EveryFile = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };

    /// <exception cref="BadInputException">The backup is damaged, or something is where the data folder is to be.</exception>
    /// <exception cref="IOException">Something can't be read or written; nothing is left of the data folder.</exception>
    public static async Task RestoreAsync(string backup, string target, CancellationToken cancellationToken)
    {
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
        {
            throw new BadInputException($"{target} is there already, and not empty; name another with --data, or move it away.");
        }

        await NewFolder.MakeAsync(target, async building =>
        {
            var copy = new FolderCopy(backup, building);
            await copy.CopyAsync((path, isFolder) => isFolder || path != HashList.Name, cancellationToken);
            Compare(backup, copy.Hashes);
            return true;
        });
    }

    /// <exception cref="BadInputException">The backup is damaged.</exception>
    /// <exception cref="IOException">Something can't be read.</exception>
    public static async Task CheckAsync(string backup, CancellationToken cancellationToken)
    {
        string folder = PlainFile.RealPathOf(backup);
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string file in Directory.EnumerateFiles(folder, "*", EveryFile))
        {
            await using FileStream? content = PlainFile.OpenRead(file);
            if (content is not null)
            {
                found[Path.GetRelativePath(folder, file)] = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
            }
        }

        found.Remove(HashList.Name);
        Compare(backup, found);
    }

    /// <param name="backup">The backup.</param>
    /// <param name="found">Hashes by path, of all files but the list of them.</param>
    private static void Compare(string backup, IReadOnlyDictionary<string, string> found)
    {
        Dictionary<string, string> written = HashList.Read(backup);
        int files = BackupRecord.Read(backup).Files;
        string[] faults =
        [
            .. written.Count == files ? Array.Empty<string>() : [$"{HashList.Name} has {written.Count} files, and {BackupRecord.Name} says {files}"],
            .. written.Where(file => !found.ContainsKey(file.Key)).Select(file => $"{file.Key} is missing"),
            .. written.Where(file => found.TryGetValue(file.Key, out string? hash) && hash != file.Value).Select(file => $"{file.Key} is not what was written"),
            .. found.Keys.Where(path => path != BackupRecord.Name && !written.ContainsKey(path)).Select(path => $"{path} was not in it"),
        ];
        if (faults.Length > 0)
        {
            string more = faults.Length > 1 ? $", and {faults.Length - 1} more" : string.Empty;
            throw new BadInputException($"The backup {backup} is damaged: {Visible.Of(faults[0])}{more}. Restore another one.");
        }
    }
}
