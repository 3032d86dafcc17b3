using System.Security.Cryptography;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Cli.Backups;

/// <summary>Reads backups, and holds all that is read against the hashes that were written with it.</summary>
internal static class RestoreWork
{
    /// <exception cref="BadInputException">The backup is damaged, or something is where the data folder is to be.</exception>
    /// <exception cref="IOException">Something can't be read or written; nothing is left of the data folder.</exception>
    public static async Task RestoreAsync(string backup, string target, CancellationToken cancellationToken)
    {
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
        {
            throw new BadInputException($"{target} is there already, and not empty; name another with --data, or move it away.");
        }

        Dictionary<string, string> hashes = HashList.Read(backup);
        await NewFolder.MakeAsync(target, async building =>
        {
            var copy = new FolderCopy(backup, building);
            await copy.CopyAsync((path, isFolder) => isFolder || path != HashList.Name, cancellationToken);
            Compare(backup, hashes, copy.Files.Where(file => file.Path != BackupRecord.Name).ToDictionary(file => file.Path, file => file.Hash));
            return true;
        });
    }

    /// <exception cref="BadInputException">The backup is damaged.</exception>
    public static async Task CheckAsync(string backup, CancellationToken cancellationToken)
    {
        Dictionary<string, string> hashes = HashList.Read(backup);
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string path in hashes.Keys)
        {
            string file = Path.Combine(backup, path);
            if (File.Exists(file))
            {
                await using FileStream content = File.OpenRead(file);
                found[path] = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
            }
        }

        Compare(backup, hashes, found);
    }

    private static void Compare(string backup, Dictionary<string, string> written, Dictionary<string, string> found)
    {
        string[] faults =
        [
            .. written.Where(file => !found.ContainsKey(file.Key)).Select(file => $"{file.Key} is missing"),
            .. written.Where(file => found.TryGetValue(file.Key, out string? hash) && hash != file.Value).Select(file => $"{file.Key} is not what was written"),
            .. found.Keys.Where(path => !written.ContainsKey(path)).Select(path => $"{path} was not in it"),
        ];
        if (faults.Length > 0)
        {
            string more = faults.Length > 1 ? $", and {faults.Length - 1} more" : string.Empty;
            throw new BadInputException($"The backup {backup} is damaged: {Visible.Of(faults.Order(StringComparer.Ordinal).First())}{more}. Restore another one.");
        }
    }
}
