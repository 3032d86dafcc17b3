using Microsoft.DurableTask.Client;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Failpoints;
using Orchestrator.Files;

namespace Orchestrator.Agent.Runs.Purges;

/// <summary>
/// Removes what is left of a run whose purge has begun: its histories, its files, its payloads, and its records at last, which are what
/// tells where the rest is. A process that dies in between leaves a purge that the next one finishes.
/// </summary>
public sealed class RunPurge(
    IPurgeStore purges,
    IPayloadStore payloads,
    IHostStore hosts,
    ToolHost host,
    ICommandRunner commands,
    DataFolder data,
    DurableTaskClient client,
    TimeProvider time)
{
    /// <summary>Whoever bundles a run has it to themselves for so long at most before a purge tries again later.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <returns>False if something is left that can't be removed yet: an orchestration that has to end first, or files that are elsewhere.</returns>
    /// <exception cref="IOException">Something can't be removed; it may pass.</exception>
    public async Task<bool> TryFinishAsync(string run, CancellationToken cancellationToken)
    {
        using IDisposable? alone = await LockFile.TakeAsync(data.PurgeLock, Patience, time, cancellationToken);
        if (alone is null || !await purges.IsHereAsync(cancellationToken) || !await TryForgetHistoriesAsync(run, cancellationToken))
        {
            return false;
        }

        Failpoint.Hit("agent.purge.histories-gone");
        HeldWorkspace? held = await hosts.FindAsync(run, cancellationToken);
        await RemoveFilesAsync(run, cancellationToken);
        Failpoint.Hit("agent.purge.files-gone");
        await payloads.DeleteAllAsync(run, cancellationToken);
        Failpoint.Hit("agent.purge.payloads-gone");
        if (held is { IsLive: true } && held.Host.Id != host.Id)
        {
            return false;   // Its keeper removes what is there, and finishes.
        }

        await purges.RemoveRecordsAsync(run, cancellationToken);
        Failpoint.Hit("agent.purge.records-gone");
        await purges.FinishAsync(run, cancellationToken);
        return true;
    }

    /// <summary>Those of sub-agents are purged with their runs.</summary>
    private async Task<bool> TryForgetHistoriesAsync(string run, CancellationToken cancellationToken)
    {
        bool areOver = true;
        await foreach (OrchestrationMetadata approval in client.GetAllInstancesAsync(new OrchestrationQuery(InstanceIdPrefix: $"{run}.")).WithCancellation(cancellationToken))
        {
            if (!approval.IsCompleted)
            {
                // Nobody is left to be told of its end.
                await client.TerminateInstanceAsync(approval.InstanceId, cancellation: cancellationToken);
                areOver = false;
            }
            else
            {
                await client.PurgeInstanceAsync(approval.InstanceId, cancellationToken);
            }
        }

        if (await client.GetInstanceAsync(run, cancellationToken) is { } own)
        {
            // It may have stored its result and not ended yet.
            areOver &= own.IsCompleted;
            await (areOver ? client.PurgeInstanceAsync(run, cancellationToken) : Task.CompletedTask);
        }

        return areOver;
    }

    private async Task RemoveFilesAsync(string run, CancellationToken cancellationToken)
    {
        await commands.EndAllAsync(data.EffectsOf(run), cancellationToken);
        string[] places = [.. new[] { data.HostRoot, data.Root }.Distinct().Select(root => Path.Combine(root, "workspaces"))];
        IEnumerable<string> workspaces = places.Where(Directory.Exists)
            .SelectMany(all => Directory.EnumerateDirectories(all, $"{run}*"))
            .Where(folder => Path.GetFileName(folder).Split('.')[0] == run);
        foreach (string folder in (string[])[.. workspaces, data.EffectsOf(run), Path.Combine(data.Root, "effects", run), data.ResultsOf(run)])
        {
            await WorkspaceCopy.DeleteFolderAsync(folder, cancellationToken);
            if (Directory.Exists(folder))
            {
                throw new IOException($"{folder} of the purged run {run} can't be removed: see who else uses it, and whose its files are.");
            }
        }
    }
}
