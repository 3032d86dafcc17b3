using Orchestrator.Agent.Stores;
using Orchestrator.Files;

namespace Orchestrator.Storage.RunFiles;

/// <summary>The files of a run on this machine that others need, too: not what is half written, what locks, and what only whoever wrote it needs.</summary>
internal sealed class LocalRunFiles(DataFolder data, string run)
{
    private const int LengthOfGuid = 32;

    private static readonly RunFolder[] All = Enum.GetValues<RunFolder>();

    private static readonly EnumerationOptions NoLinks = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };

    /// <inheritdoc cref="RunFolders.IsReferredTo"/>
    public static bool IsReferredTo(string name) =>
        All.Any(folder => name.StartsWith(PrefixOf(folder), StringComparison.Ordinal) && folder.IsReferredTo(name[PrefixOf(folder).Length..]));

    /// <summary>What the names of a folder's files begin with.</summary>
    public static string PrefixOf(RunFolder folder) => $"{folder.ToString().ToLowerInvariant()}/";

    /// <summary>Looks when it is enumerated, and not before.</summary>
    public IEnumerable<(string Name, FileInfo File)> List() => All.SelectMany(List);

    /// <inheritdoc cref="List()"/>
    public IEnumerable<(string Name, FileInfo File)> List(RunFolder folder)
    {
        var root = new DirectoryInfo(data.FolderOf(run, folder));
        return (root.Exists ? root.EnumerateFiles("*", NoLinks) : [])
            .Select(file => (Path: Path.GetRelativePath(root.FullName, file.FullName), File: file))
            .Where(found => IsNeeded(folder, found.Path))
            .Select(found => (PrefixOf(folder) + found.Path, found.File));
    }

    /// <summary>Makes the folder what git and others take for one.</summary>
    public void Make(RunFolder folder)
    {
        string root = data.FolderOf(run, folder);
        foreach (string path in folder == RunFolder.Git ? (string[])["objects", "refs"] : [string.Empty])
        {
            DurableFile.CreateFolder(Path.Combine(root, path).TrimEnd('/'));
        }
    }

    /// <exception cref="InvalidDataException">The name leads out of the folder.</exception>
    public string PathOf(RunFolder folder, string name)
    {
        string root = data.FolderOf(run, folder);
        string path = Path.GetFullPath(Path.Combine(root, name[PrefixOf(folder).Length..]));
        return path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new InvalidDataException($"The file {name} of run {run} does not lie in {root}; the run database is damaged.");
    }

    private static bool IsNeeded(RunFolder folder, string path)
    {
        string name = Path.GetFileName(path);
        string extension = Path.GetExtension(name);
        bool isBeside = extension is ".building" or ".lock" || name is "lock" || (extension.Length == 1 + LengthOfGuid && Guid.TryParseExact(extension[1..], "N", out _));
        bool isGitsOwn = folder == RunFolder.Git
            && (path.StartsWith("hooks/", StringComparison.Ordinal) || extension is ".index" || path.Contains("/tmp_", StringComparison.Ordinal) || name is "FETCH_HEAD");
        return !isBeside && !isGitsOwn;
    }
}
