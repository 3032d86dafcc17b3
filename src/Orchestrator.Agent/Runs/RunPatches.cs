using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Runs;

/// <summary>What runs have changed: the patch of one that is over, or what there is of it so far.</summary>
public sealed class RunPatches(IHostStore hosts, ITaskStore tasks, LandingDiff diff, RunArtifacts artifacts, DataFolder data)
{
    /// <summary>Writes it.</summary>
    /// <exception cref="EnvironmentException">There are no files of it here; the message says why.</exception>
    /// <exception cref="LandingException">There is more of it so far than can land.</exception>
    public async Task WriteAsync(RunSummary run, Stream target, CancellationToken cancellationToken)
    {
        if (run.Result?.Patch is not null)
        {
            await using FileStream patch = File.OpenRead(await artifacts.PatchAsync(run, cancellationToken));
            await patch.CopyToAsync(target, cancellationToken);
            return;
        }

        HeldWorkspace? held = await hosts.FindAsync(run.RunId, cancellationToken);
        DataFolder place = held is { Host.IsHere: true } ? data with { HostRoot = held.Host.Folder } : data;
        Workspace workspace = WorkspaceTree.Of(place, run.RunId);
        if (!Directory.Exists(workspace.Tree))
        {
            throw new EnvironmentException(held is null or { Host.IsHere: true }
                ? $"Run {run.RunId} has no workspace yet, so it has changed nothing."
                : $"The files of run {run.RunId} are in {held.Host}: ask there, or wait for its end.");
        }

        AdmittedTask task = await tasks.GetAsync(run.RunId, cancellationToken);
        string tree = await WorkspaceTree.WriteTreeAsync(workspace, task.BaseCommit, cancellationToken);
        await diff.WriteAsync(workspace, task.BaseCommit, tree, target, cancellationToken);
    }
}
