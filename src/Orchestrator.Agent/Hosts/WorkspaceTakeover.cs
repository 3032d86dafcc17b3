using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Hosts;

/// <summary>
/// Puts the files of a run that this host has taken over where they belong, and takes away those of runs that others have taken over
/// from it. A copy of an earlier tenure is never gone on with, neither its files nor its commands.
/// </summary>
public sealed class WorkspaceTakeover(
    IHostStore hosts,
    HostLease lease,
    ITaskStore tasks,
    IWorkspaceSnapshots snapshots,
    ICommandRunner commands,
    DataFolder data,
    IOptions<HostOptions> options,
    TimeProvider time,
    ILogger<WorkspaceTakeover> logger)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>Makes the workspace of a run whole that was just taken over. Repeated after a kill, it begins anew.</summary>
    /// <exception cref="SnapshotException">The snapshot is gone or damaged.</exception>
    /// <exception cref="TenureException">Another host has taken over meanwhile.</exception>
    public async Task RestoreAsync(Tenure tenure, CancellationToken cancellationToken)
    {
        using FileStream alone = await AloneAsync(cancellationToken);
        if (await hosts.FindAsync(tenure.Run, cancellationToken) is { IsWhole: true })
        {
            return;
        }

        await RemoveAsync(tenure.Run, cancellationToken);
        Workspace workspace = WorkspaceTree.Of(data, tenure.Run);
        RestorePoint point = await hosts.FindRestorePointAsync(tenure.Run, cancellationToken);
        if (Directory.Exists(workspace.Git))   // else the run was not prepared yet
        {
            AdmittedTask task = await tasks.GetAsync(tenure.Run, cancellationToken);
            await WorkspaceTree.PrepareAsync(
                workspace,
                task.Task.Workspace.Source,
                task.BaseCommit,
                made => FillAsync(workspace, point.Snapshot, made, cancellationToken),
                cancellationToken);
        }

        await hosts.SetWholeAsync(tenure, point, lease.Host.ToString(), cancellationToken);
    }

    /// <summary>Package caches that the run had for itself are gone with its host; those that runs share are not.</summary>
    private async Task FillAsync(Workspace workspace, string? snapshot, Workspace made, CancellationToken cancellationToken)
    {
        if (snapshot is not null)
        {
            await snapshots.RestoreAsync(workspace, snapshot, made, cancellationToken);
        }

        if (SetupRecord.Find(workspace) is not null)
        {
            PackageCaches.Place(made, Directory.Exists(data.Caches) ? data.Caches : null);
        }
    }

    /// <summary>Ends and deletes what is here of runs that others hold; what can't be deleted now is tried again later.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        foreach (string run in Runs())
        {
            try
            {
                if (await IsAnothersAsync(run, cancellationToken))
                {
                    await LeaveAsync(run, cancellationToken);
                }
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                Log.NotLeft(logger, run, failure);
            }
        }
    }

    /// <summary>Looks again once nobody else restores: this host may take the run over in this very moment.</summary>
    private async Task LeaveAsync(string run, CancellationToken cancellationToken)
    {
        using FileStream alone = await AloneAsync(cancellationToken);
        if (await IsAnothersAsync(run, cancellationToken))
        {
            await RemoveAsync(run, cancellationToken);
        }
    }

    private async Task<bool> IsAnothersAsync(string run, CancellationToken cancellationToken) =>
        await hosts.FindAsync(run, cancellationToken) is { } held && held.Host.Id != lease.Host.Id;

    private IEnumerable<string> Runs() =>
        from folder in (string[])[data.WorkspaceOf("any"), data.EffectsOf("any")]
        let all = new DirectoryInfo(Path.GetDirectoryName(folder)!)
        where all.Exists
        from found in all.EnumerateDirectories()
        where IsHostsOwn(found)
        group found by found.Name.Split('.')[0] into runs
        select runs.Key;

    /// <summary>Where the host's folder is the data folder, what others share lies beside the workspaces, also while it is made.</summary>
    private static bool IsHostsOwn(DirectoryInfo folder) => folder.Name.Split('.') is [_] or [_, not ("git" or "snapshots"), ..];

    /// <summary>The workspace under its name, and what was to become one: a setup under way, a copy that is not whole.</summary>
    private IEnumerable<DirectoryInfo> FoldersOf(string run)
    {
        var all = new DirectoryInfo(Path.GetDirectoryName(data.WorkspaceOf(run))!);
        return all.Exists
            ? all.EnumerateDirectories($"{run}*").Where(found => found.Name.Split('.')[0] == run && IsHostsOwn(found))
            : [];
    }

    private async Task RemoveAsync(string run, CancellationToken cancellationToken)
    {
        await commands.EndAllAsync(data.EffectsOf(run), cancellationToken);
        if (Directory.Exists(data.EffectsOf(run)))
        {
            Directory.Delete(data.EffectsOf(run), recursive: true);
        }

        foreach (DirectoryInfo folder in FoldersOf(run))
        {
            await WorkspaceCopy.DeleteAsync(WorkspaceTree.At(folder.FullName), cancellationToken);
        }
    }

    /// <summary>One at a time in all processes of this host.</summary>
    private async Task<FileStream> AloneAsync(CancellationToken cancellationToken)
    {
        long begun = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(data.HostRoot, "takeover.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (time.GetElapsedTime(begun) < options.Value.Lease)
            {
                await Task.Delay(Look, time, cancellationToken);
            }
        }
    }
}
