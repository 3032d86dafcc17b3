using System.Diagnostics;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>Snapshots as whole copies, made by cp(1).</summary>
internal sealed class CopiedSnapshots : IWorkspaceSnapshots
{
    /// <summary>As on a full disk: nothing can be put back.</summary>
    public bool IsStuck { get; set; }

    public async Task<Snapshot> TakeAsync(Workspace workspace, CancellationToken cancellationToken)
    {
        string id = Guid.NewGuid().ToString("N");
        await RunAsync("mkdir -p \"$1\" && cp -a \"$2\" \"$1/tree\"", Path.Combine(workspace.Snapshots, id), workspace.Tree);
        return new Snapshot(id, [], 0);
    }

    public Task RestoreAsync(Workspace from, string id, Workspace to, CancellationToken cancellationToken) =>
        RunAsync("test -d \"$1/tree\" && rm -rf \"$2\" && cp -a \"$1/tree\" \"$2\"", Path.Combine(from.Snapshots, id), to.Tree);

    public async Task PutBackAsync(Workspace workspace, string id, IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        if (IsStuck)
        {
            throw new SnapshotException("No space is left.");
        }

        foreach (string path in paths)
        {
            await RunAsync(
                "rm -rf -- \"$2/$3\"; [ ! -e \"$1/tree/$3\" ] || cp -a -- \"$1/tree/$3\" \"$2/$3\"", Path.Combine(workspace.Snapshots, id), workspace.Tree, path);
        }
    }

    private static async Task RunAsync(string script, string snapshot, string tree, string path = "")
    {
        using Process shell = Process.Start("sh", ["-c", script, "sh", snapshot, tree, path]);
        await shell.WaitForExitAsync();
        Assert.Equal(0, shell.ExitCode);
    }
}
