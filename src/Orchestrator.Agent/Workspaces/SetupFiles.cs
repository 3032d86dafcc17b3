namespace Orchestrator.Agent.Workspaces;

/// <summary>Brings what a setup made to where another tree of the same repository is to be checked out.</summary>
internal static class SetupFiles
{
    /// <summary>Makes what a workspace's setup made another workspace's as well, whose files are then those from right after it.</summary>
    public static async Task AdoptAsync(
        IWorkspaceSnapshots snapshots, Workspace from, SetupRecord made, Workspace to, CancellationToken cancellationToken)
    {
        await snapshots.RestoreAsync(from, made.Snapshot, to, cancellationToken);
        Snapshot kept = await snapshots.TakeAsync(to, cancellationToken);
        (made with { Snapshot = kept.Id }).Write(to);
        PackageCaches.Share(from, to);
    }

    /// <summary>
    /// Checks a tree out over the files from right after a setup: of those only what git ignores stays. The target's own git folder is made
    /// anew: the setup could write to the one that was there.
    /// </summary>
    /// <param name="target">The workspace; its tree holds the setup's files.</param>
    /// <param name="git">The trusted git folder that has both trees.</param>
    /// <param name="commit">What was checked out at the setup.</param>
    /// <param name="tree">What is checked out.</param>
    /// <param name="index">The index file that describes it then.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task CheckOutOverAsync(Workspace target, string git, string commit, string tree, string index, CancellationToken cancellationToken)
    {
        string[] place = ["--git-dir", git, "--work-tree", target.Tree];
        await Git.RunForBytesAsync(target.Tree, [.. place, "read-tree", commit], index, cancellationToken);
        await Git.RunForBytesAsync(target.Tree, [.. place, "read-tree", "--reset", "-u", tree], index, cancellationToken);
        await Git.RunForBytesAsync(target.Tree, [.. place, "checkout-index", "--all", "--force", "--index"], index, cancellationToken);
    }

    /// <summary>Puts a git folder in the place of the one that the setup's files came with.</summary>
    public static void ReplaceGit(Workspace target, string gitFolder)
    {
        string place = Path.Combine(target.Tree, ".git");
        if (Directory.Exists(place))
        {
            Directory.Delete(place, recursive: true);
        }

        File.Delete(place);
        Directory.Move(gitFolder, place);
    }
}
