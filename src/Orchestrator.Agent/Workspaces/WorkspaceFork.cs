namespace Orchestrator.Agent.Workspaces;

/// <summary>A workspace's files at a moment, as a commit that other workspaces can start from.</summary>
internal static class WorkspaceFork
{
    /// <summary>Commits the files as they are, but for ignored ones, in the trusted git folder; once for each name.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="commit">The commit that its run started from.</param>
    /// <param name="name">Names the fork within the workspace.</param>
    /// <returns>The fork's commit.</returns>
    public static async Task<string> MakeAsync(Workspace workspace, string commit, string name, CancellationToken cancellationToken)
    {
        string reference = $"refs/forks/{name}";
        if (await FindAsync(workspace, reference, cancellationToken) is { } made)
        {
            return made;
        }

        string tree = await WorkspaceTree.WriteTreeAsync(workspace, commit, cancellationToken);
        string fork = (await Git.RunAsync(workspace.Git, ["commit-tree", tree, "-p", commit, "-m", $"fork {name}"], cancellationToken)).Trim();
        await Git.RunAsync(workspace.Git, ["update-ref", reference, fork], cancellationToken);
        return fork;
    }

    private static async Task<string?> FindAsync(Workspace workspace, string reference, CancellationToken cancellationToken)
    {
        string found = await Git.RunAsync(workspace.Git, ["for-each-ref", "--format=%(objectname)", reference], cancellationToken);
        return found.Trim() is { Length: > 0 } fork ? fork : null;
    }
}
