using System.Diagnostics;

namespace Orchestrator.Agent.Workspaces;

/// <summary>
/// The files of a git tree, checked out beside the workspace for one verification: what is verified is what would land, without
/// the ignored files that the agent's tree has as well.
/// </summary>
internal static class WorkspaceCopy
{
    private const string Index = "index";

    /// <summary>Makes the copy whole or not at all; one that stands is used as it is, with what its commands have left there.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="tree">The git tree that is verified.</param>
    /// <param name="name">What the verification is called by in its run.</param>
    /// <param name="snapshots">What has the files that the workspace's setup made.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task<Workspace> MakeAsync(
        Workspace workspace, string tree, string name, IWorkspaceSnapshots snapshots, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(Path.GetDirectoryName(workspace.Tree)!, "checks", name);
        Workspace copy = WorkspaceTree.At(folder) with { Caches = workspace.Caches };
        if (Directory.Exists(folder))
        {
            return copy;
        }

        // Git outlives a process that is killed: what it still builds must not be in the way of a second attempt.
        string building = $"{folder}.{Guid.NewGuid():N}.building";
        Workspace made = WorkspaceTree.At(building) with { Snapshots = Path.Combine(building, "snapshots") };
        Directory.CreateDirectory(made.Shell);
        string clone = Path.Combine(building, "clone");
        await Git.RunAsync(building, ["clone", "--quiet", "--no-hardlinks", "--no-checkout", workspace.Git, clone], cancellationToken);
        await Git.RunAsync(clone, ["remote", "remove", "origin"], cancellationToken);
        await Git.RunAsync(clone, ["read-tree", "HEAD"], cancellationToken);

        // The clone has the commits; the tree was written beside them.
        string index = Path.Combine(building, Index);
        if (SetupRecord.Find(workspace) is { } setup)
        {
            Directory.CreateDirectory(made.Tree);
            await snapshots.RestoreAsync(workspace, setup.Snapshot, made, cancellationToken);
            SetupFiles.ReplaceGit(made, Path.Combine(clone, ".git"));
            await SetupFiles.CheckOutOverAsync(made, workspace.Git, setup.Commit, tree, index, cancellationToken);
            await TidyAsync(made, workspace.Git, index, cancellationToken);
        }
        else
        {
            Directory.Move(clone, made.Tree);
            string[] place = ["--git-dir", workspace.Git, "--work-tree", made.Tree];
            await Git.RunForBytesAsync(made.Tree, [.. place, "read-tree", tree], index, cancellationToken);
            await Git.RunForBytesAsync(made.Tree, [.. place, "checkout-index", "--all", "--force", "--index"], index, cancellationToken);
        }

        Directory.Move(building, folder);
        return copy;
    }

    /// <summary>
    /// Puts back what a command has changed of the files that are verified, and takes away what it added, but for what git ignores: a build
    /// may serve the next command, a test that the first one has rewritten may not.
    /// </summary>
    /// <exception cref="GitException">It can't be put back.</exception>
    public static async Task RestoreAsync(Workspace workspace, Workspace copy, CancellationToken cancellationToken)
    {
        string[] place = ["--git-dir", workspace.Git, "--work-tree", copy.Tree];
        string index = Path.Combine(Path.GetDirectoryName(copy.Tree)!, Index);
        await ShellAsync("chmod -R u+rwX -- \"$1\"", copy.Tree, cancellationToken);
        await Git.RunForBytesAsync(copy.Tree, [.. place, "checkout-index", "--all", "--force", "--index"], index, cancellationToken);
        await TidyAsync(copy, workspace.Git, index, cancellationToken);
    }

    private static async Task TidyAsync(Workspace copy, string git, string index, CancellationToken cancellationToken)
    {
        string[] place = ["--git-dir", git, "--work-tree", copy.Tree];

        // A file that says what git ignores would hide itself, and others.
        await Git.RunForBytesAsync(copy.Tree, [.. place, "clean", "--quiet", "-ffdx", "--", ":(glob)**/.gitignore"], index, cancellationToken);
        await Git.RunForBytesAsync(copy.Tree, [.. place, "clean", "--quiet", "-ffd"], index, cancellationToken);
    }

    /// <summary>Deletes the copy as far as it can be deleted: a check may leave folders that nobody may write, and that is no failure of the run.</summary>
    public static Task DeleteAsync(Workspace copy, CancellationToken cancellationToken) => DeleteFolderAsync(Path.GetDirectoryName(copy.Tree)!, cancellationToken);

    /// <summary>The same for any folder that commands have written to; nothing if it isn't there.</summary>
    public static Task DeleteFolderAsync(string folder, CancellationToken cancellationToken) => Directory.Exists(folder)
        ? ShellAsync("exec 2>/dev/null; chmod -R u+rwX -- \"$1\"; rm -rf -- \"$1\"", folder, cancellationToken)
        : Task.CompletedTask;

    /// <summary>Runs a script of ours on a folder, as far as it gets.</summary>
    private static async Task ShellAsync(string script, string folder, CancellationToken cancellationToken)
    {
        using Process? shell = Process.Start(new ProcessStartInfo("sh", ["-c", script, "sh", folder]) { RedirectStandardError = true });
        await (shell?.WaitForExitAsync(cancellationToken) ?? Task.CompletedTask);
    }
}
