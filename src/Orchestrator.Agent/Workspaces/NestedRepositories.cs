using System.Text;

namespace Orchestrator.Agent.Workspaces;

/// <summary>
/// Git repositories that an agent made below the workspace's root, as many project generators do. Git would record a link in
/// place of their files, or refuse; to us they are folders like any other.
/// </summary>
internal static class NestedRepositories
{
    /// <summary>Paths of those that aren't ignored, relative to the tree, without a slash at the end.</summary>
    /// <param name="place">Git's arguments that name the trusted git folder and the tree.</param>
    public static async Task<IReadOnlyList<string>> FindAsync(
        Workspace workspace, IReadOnlyList<string> place, string index, CancellationToken cancellationToken)
    {
        byte[] untracked = await Git.RunForBytesAsync(
            workspace.Tree, [.. place, "ls-files", "--others", "--exclude-standard", "-z"], index, cancellationToken);

        // Git lists files, and a folder only if it is a repository of its own.
        return [.. Names(untracked).Where(name => name.EndsWith('/')).Select(name => name.TrimEnd('/'))];
    }

    /// <summary>Adds the files of these folders to the index, but for ignored ones.</summary>
    public static async Task AddAsync(
        Workspace workspace, IReadOnlyList<string> place, string index, IReadOnlyList<string> folders, CancellationToken cancellationToken)
    {
        byte[] files = Lines(folders.SelectMany(folder => FilesOf(Path.Combine(workspace.Tree, folder), workspace.Tree)));
        byte[] ignored = await Git.RunForBytesAsync(
            workspace.Tree, [.. place, "check-ignore", "--no-index", "-z", "--stdin"], index, cancellationToken, files, noMatchExitCode: 1);
        HashSet<string> left = [.. Names(files)];
        left.ExceptWith(Names(ignored));
        await Git.RunForBytesAsync(
            workspace.Tree, [.. place, "update-index", "--add", "-z", "--stdin"], index, cancellationToken, Lines(left.Order(StringComparer.Ordinal)));
    }

    private static IEnumerable<string> FilesOf(string folder, string tree)
    {
        foreach (FileSystemInfo entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(entry => entry.Name != ".git"))
        {
            if (entry is DirectoryInfo { LinkTarget: null })
            {
                foreach (string file in FilesOf(entry.FullName, tree))
                {
                    yield return file;
                }
            }
            else
            {
                yield return Path.GetRelativePath(tree, entry.FullName);
            }
        }
    }

    private static string[] Names(byte[] output) => Encoding.UTF8.GetString(output).Split('\0', StringSplitOptions.RemoveEmptyEntries);

    private static byte[] Lines(IEnumerable<string> names) => Encoding.UTF8.GetBytes(string.Concat(names.Select(name => name + '\0')));
}
