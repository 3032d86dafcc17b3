using System.Diagnostics;

namespace Orchestrator.Agent.Workspaces;

/// <summary>
/// The files of a git tree, checked out beside the workspace for one verification: what is verified is what would land, without
/// the ignored files that the agent's tree has as well.
/// </summary>
internal static class WorkspaceCopy
{
    /// <summary>Makes the copy whole or not at all; one that stands is used as it is, with what its commands have left there.</summary>
    public static async Task<Workspace> MakeAsync(Workspace workspace, string tree, int turn, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(Path.GetDirectoryName(workspace.Tree)!, "checks", $"{turn:D6}");
        Workspace copy = WorkspaceTree.At(folder);
        if (Directory.Exists(folder))
        {
            return copy;
        }

        // Git outlives a process that is killed: what it still builds must not be in the way of a second attempt.
        string building = $"{folder}.{Guid.NewGuid():N}.building";
        Workspace made = WorkspaceTree.At(building);
        Directory.CreateDirectory(made.Shell);
        await Git.RunAsync(building, ["clone", "--quiet", "--no-hardlinks", "--no-checkout", workspace.Git, made.Tree], cancellationToken);
        await Git.RunAsync(made.Tree, ["remote", "remove", "origin"], cancellationToken);

        await Git.RunAsync(made.Tree, ["read-tree", "HEAD"], cancellationToken);

        // The clone has the commits; the tree was written beside them.
        string[] place = ["--git-dir", workspace.Git, "--work-tree", made.Tree];
        string index = Path.Combine(building, "index");
        await Git.RunForBytesAsync(made.Tree, [.. place, "read-tree", tree], index, cancellationToken);
        await Git.RunForBytesAsync(made.Tree, [.. place, "checkout-index", "--all", "--force"], index, cancellationToken);
        Directory.Move(building, folder);
        return copy;
    }

    /// <summary>Deletes the copy as far as it can be deleted: a check may leave folders that nobody may write, and that is no failure of the run.</summary>
    public static async Task DeleteAsync(Workspace copy, CancellationToken cancellationToken)
    {
        string folder = Path.GetDirectoryName(copy.Tree)!;
        using Process? rm = Process.Start(new ProcessStartInfo("sh", ["-c", "chmod -R u+rwX -- \"$1\"; rm -rf -- \"$1\"", "sh", folder])
        {
            RedirectStandardError = true,
        });
        await (rm?.WaitForExitAsync(cancellationToken) ?? Task.CompletedTask);
    }
}
