namespace Orchestrator.Agent.Workspaces;

/// <summary>Sees after a command which files it changed that the task doesn't let the run change.</summary>
public static class ScopeWatch
{
    private const string Index = "scope.index";

    /// <param name="workspace">The workspace.</param>
    /// <param name="commit">What its files were at the beginning.</param>
    /// <param name="scope">What may change.</param>
    /// <returns>The paths, in order; none where git can't say, which the verification will.</returns>
    public static async Task<IReadOnlyList<string>> FindAsync(Workspace workspace, string commit, PathScope scope, CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await ChangedAsync(workspace, commit, cancellationToken)).Where(path => !scope.Allows(path)).Order(StringComparer.Ordinal)];
        }
        catch (Exception failure) when (failure is GitException or IOException)
        {
            // Files that nobody can read, or what a git has left that was killed: the next look begins anew.
            string index = Path.Combine(workspace.Git, Index);
            File.Delete(index);
            File.Delete($"{index}.lock");
            return [];
        }
    }

    /// <summary>By names, sizes and times; a file is read only where these differ from what they were at the last look.</summary>
    private static async Task<IEnumerable<string>> ChangedAsync(Workspace workspace, string commit, CancellationToken cancellationToken)
    {
        string[] place = ["--git-dir", workspace.Git, "--work-tree", workspace.Tree];
        string index = Path.Combine(workspace.Git, Index);
        if (!File.Exists(index))
        {
            await Git.RunForBytesAsync(workspace.Tree, [.. place, "read-tree", commit], index, cancellationToken);
        }

        const int somethingDiffers = 1;
        await Git.RunForBytesAsync(
            workspace.Tree, [.. place, "update-index", "-q", "--refresh"], index, cancellationToken, noMatchExitCode: somethingDiffers);
        // Into a submodule git would look by running itself there, on a repository that is the agent's.
        byte[] changed = await Git.RunForBytesAsync(
            workspace.Tree, [.. place, "diff-files", "--name-only", "--no-renames", "--ignore-submodules=all", "-z"], index, cancellationToken);
        byte[] added = await Git.RunForBytesAsync(
            workspace.Tree, [.. place, "ls-files", "--others", "--exclude-standard", "-z"], index, cancellationToken);
        return PathText.Names([.. changed, .. added]);
    }
}
