using System.Diagnostics;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>Snapshots as whole copies, made by cp(1).</summary>
internal sealed class CopiedSnapshots : IWorkspaceSnapshots
{
    /// <summary>Why no snapshot can be taken; null if they can.</summary>
    public string? Failure { get; set; }

    public async Task<Snapshot> TakeAsync(Workspace workspace, CancellationToken cancellationToken)
    {
        if (Failure is not null)
        {
            throw new SnapshotException(Failure);
        }

        string id = Guid.NewGuid().ToString("N");
        await RunAsync("mkdir -p \"$1\" && cp -a \"$2\" \"$1/tree\"", Path.Combine(workspace.Snapshots, id), workspace.Tree);
        return new Snapshot(id, [], 0);
    }

    public Task RestoreAsync(Workspace from, string id, Workspace to, CancellationToken cancellationToken) =>
        RunAsync("test -d \"$1/tree\" && rm -rf \"$2\" && cp -a \"$1/tree\" \"$2\"", Path.Combine(from.Snapshots, id), to.Tree);

    private static async Task RunAsync(string script, string snapshot, string tree)
    {
        using Process shell = Process.Start("sh", ["-c", script, "sh", snapshot, tree]);
        await shell.WaitForExitAsync();
        Assert.Equal(0, shell.ExitCode);
    }
}
