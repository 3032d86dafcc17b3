using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Files;

namespace Orchestrator.Agent.Hosts;

/// <summary>
/// Puts the files of a run that this host has taken over where they belong, and takes away those of runs that others have taken over
/// from it. A copy of an earlier tenure is never gone on with, neither its files nor its commands.
/// </summary>
public sealed class WorkspaceTakeover(
    IHostStore hosts,
    HostLease lease,
    ITaskStore tasks,
    WorkspaceLayout layout,
    ICommandRunner commands,
    IRunFiles files,
    DataFolder data,
    IOptions<HostOptions> options,
    TimeProvider time,
    ILogger<WorkspaceTakeover> logger)
{
    /// <summary>Makes the workspace of a run whole that was just taken over. Repeated after a kill, it begins anew.</summary>
    /// <returns>False if another worker of this host has been at it for as long as a lease.</returns>
    /// <exception cref="SnapshotException">The snapshot is gone or damaged.</exception>
    /// <exception cref="IOException">What is kept of the run can't be fetched; it may pass.</exception>
    /// <exception cref="InvalidDataException">What is kept of the run is damaged.</exception>
    /// <exception cref="TenureException">Another host has taken over meanwhile.</exception>
    public async Task<bool> TryRestoreAsync(Tenure tenure, CancellationToken cancellationToken)
    {
        using IDisposable? alone = await AloneAsync(tenure.Run, options.Value.Lease, cancellationToken);
        if (alone is null)
        {
            return false;
        }

        if (await hosts.FindAsync(tenure.Run, cancellationToken) is { IsWhole: true })
        {
            return true;
        }

        await RemoveAsync(tenure.Run, cancellationToken);
        await files.FetchAsync(tenure.Run, Enum.GetValues<RunFolder>(), cancellationToken);
        RestorePoint point = await hosts.FindRestorePointAsync(tenure.Run, cancellationToken);
        if (point.IsPrepared)
        {
            AdmittedTask task = await tasks.GetAsync(tenure.Run, cancellationToken);
            await (point.Snapshot is { } snapshot
                ? layout.RestoreAsync(task, snapshot, cancellationToken)
                : layout.LayOutAsync(task, origin: null, cancellationToken));
        }
        else
        {
            // Whatever was to lay them out does so again.
            point = point with { InWords = "what the run starts from" };
        }

        await hosts.SetWholeAsync(tenure, point, lease.Host.ToString(), cancellationToken);
        return true;
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
        using IDisposable? alone = await AloneAsync(run, TimeSpan.Zero, cancellationToken);
        if (alone is not null && await IsAnothersAsync(run, cancellationToken))
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

    /// <summary>For each run, one at a time in all processes of this host.</summary>
    private Task<IDisposable?> AloneAsync(string run, TimeSpan patience, CancellationToken cancellationToken)
    {
        string locks = Path.Combine(data.HostRoot, "takeovers");
        DurableFile.CreateFolder(locks);
        return LockFile.TakeAsync(Path.Combine(locks, $"{run}.lock"), patience, time, cancellationToken);
    }
}
