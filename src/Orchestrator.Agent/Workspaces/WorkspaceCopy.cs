using System.Diagnostics;

namespace Orchestrator.Agent.Workspaces;

/// <summary>A copy of a workspace's files for one verification, so that neither disturbs the other.</summary>
internal static class WorkspaceCopy
{
    /// <summary>Makes the copy whole or not at all; one that stands is used as it is, with what its commands have left there.</summary>
    public static async Task<Workspace> MakeAsync(Workspace workspace, int turn, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(Path.GetDirectoryName(workspace.Tree)!, "checks", $"{turn:D6}");
        Workspace copy = WorkspaceTree.At(folder);
        if (Directory.Exists(folder))
        {
            return copy;
        }

        string building = folder + ".building";
        Delete(WorkspaceTree.At(building));
        Directory.CreateDirectory(WorkspaceTree.At(building).Shell);
        using Process cp = Process.Start(new ProcessStartInfo(
            "cp", ["--archive", "--reflink=auto", "--", workspace.Tree, WorkspaceTree.At(building).Tree])
        { RedirectStandardError = true }) ?? throw new InvalidOperationException("cp did not start.");
        string error = await cp.StandardError.ReadToEndAsync(cancellationToken);
        await cp.WaitForExitAsync(cancellationToken);
        if (cp.ExitCode != 0)
        {
            throw new IOException($"The workspace {workspace.Tree} could not be copied for verification: {error.Trim()}");
        }

        Directory.Move(building, folder);
        return copy;
    }

    public static void Delete(Workspace copy)
    {
        string folder = Path.GetDirectoryName(copy.Tree)!;
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
