using System.Diagnostics;

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
        return [.. PathText.Names(untracked).Where(name => name.EndsWith('/')).Select(name => name.TrimEnd('/'))];
    }

    /// <summary>Adds the files of these folders to the index, but for ignored ones.</summary>
    public static async Task AddAsync(
        Workspace workspace, IReadOnlyList<string> place, string index, IReadOnlyList<string> folders, CancellationToken cancellationToken)
    {
        byte[] files = PathText.Lines((await FilesOfAsync(workspace.Tree, folders, cancellationToken)).Order(StringComparer.Ordinal));
        byte[] ignored = await Git.RunForBytesAsync(
            workspace.Tree, [.. place, "check-ignore", "--no-index", "-z", "--stdin"], index, cancellationToken, files, noMatchExitCode: 1);
        HashSet<string> left = [.. PathText.Names(files)];
        left.ExceptWith(PathText.Names(ignored));
        await Git.RunForBytesAsync(
            workspace.Tree, [.. place, "update-index", "--add", "-z", "--stdin"], index, cancellationToken, PathText.Lines(left.Order(StringComparer.Ordinal)));
    }

    /// <summary>What a folder's name begins with, so that it is none of an option.</summary>
    private const string Here = "./";

    /// <summary>Files and links below the folders, by their bytes: names need not be text. No link is followed.</summary>
    private static async Task<IEnumerable<string>> FilesOfAsync(string tree, IReadOnlyList<string> folders, CancellationToken cancellationToken)
    {
        string[] find = ["-0", "-I{}", "find", "-P", $"{Here}{{}}", "-name", ".git", "-prune", "-o", "(", "-type", "f", "-o", "-type", "l", ")", "-print0"];
        using Process process = Process.Start(new ProcessStartInfo("xargs", find)
        {
            WorkingDirectory = tree,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        using MemoryStream files = new();
        await process.StandardInput.BaseStream.WriteAsync(PathText.Lines(folders), cancellationToken);
        process.StandardInput.Close();
        await process.StandardOutput.BaseStream.CopyToAsync(files, cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? PathText.Names(files.GetBuffer().AsSpan(0, (int)files.Length)).Select(name => name[Here.Length..])
            : throw new GitException($"The repositories within {tree} can't be listed: {string.Join(", ", folders.Select(PathText.Shown))}.");
    }
}
