using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent;
using Orchestrator.Agent.Runs.Purges;
using Orchestrator.Cli.Hosting;
using Orchestrator.TaskHub;

namespace Orchestrator.Cli.Purging;

/// <summary>Has the purges that have begun be finished: by the processes that work on the data folder, or here if there is none.</summary>
internal static class PurgeWork
{
    /// <summary>For so long it is waited for others to finish; a purge takes seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <returns>What keeps those from being done that aren't; null if all are.</returns>
    public static async Task<string?> FinishAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        IPurgeStore purges = deployment.Services.GetRequiredService<IPurgeStore>();
        if ((await purges.ListBegunAsync(cancellationToken)).Count == 0)
        {
            return null;
        }

        if (LockHolders.WorkersOf(deployment.Data) is { Count: > 0 } workers)
        {
            return await WaitAsync(purges, cancellationToken)
                ? null
                : $"{string.Join(", ", workers)} has not finished yet; it goes on, and its log says what is in the way.";
        }

        if (await deployment.Home.FindOtherAsync(cancellationToken) is { } other)
        {
            return $"{other} The next worker of that hub finishes it.";
        }

        if (!File.Exists(deployment.Data.HubDatabase))
        {
            return "Its histories are not in this folder: the next worker of their hub finishes it.";
        }

        using OwnerLock? owner = OwnerLock.TryTake(deployment.Data.OwnerLock);
        using OwnerLock? workersLock = owner is null ? null : OwnerLock.TryTake(deployment.Data.WorkersLock);
        return workersLock is null
            ? "A hub or a server of this folder is without a worker, or just begins: its next worker finishes it."
            : await FinishHereAsync(deployment, purges, cancellationToken);
    }

    private static async Task<bool> WaitAsync(IPurgeStore purges, CancellationToken cancellationToken)
    {
        long begun = TimeProvider.System.GetTimestamp();
        while ((await purges.ListBegunAsync(cancellationToken)).Count > 0)
        {
            if (TimeProvider.System.GetElapsedTime(begun) >= Patience)
            {
                return false;
            }

            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }

        return true;
    }

    /// <summary>With the hub alone: no run is worked on meanwhile.</summary>
    private static async Task<string?> FinishHereAsync(Deployment deployment, IPurgeStore purges, CancellationToken cancellationToken)
    {
        await using HubServer hub = await HubServer.StartAsync(
            new HubServerOptions { Listen = HubServerOptions.UnixPrefix + OwnerSocket.PathOf(deployment.Data) },
            options => options.DatabasePath = deployment.Data.HubDatabase,
            StandardErrorLog.AddToHub,
            TimeProvider.System,
            cancellationToken);
        var services = new ServiceCollection();
        deployment.AddTo(services);
        services.AddPurging().AddDurableTaskClient(client => client.UseGrpc(options => options.CallInvoker = hub.Hub.Invoker));
        await using ServiceProvider provider = services.BuildServiceProvider();
        RunPurge purge = provider.GetRequiredService<RunPurge>();
        bool areDone = true;
        List<string> obstacles = [];
        foreach (string run in await purges.ListBegunAsync(cancellationToken))
        {
            try
            {
                areDone &= await purge.TryFinishAsync(run, cancellationToken);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // The others' turn comes all the same.
                obstacles.Add(failure.Message);
            }
        }

        return obstacles.Count > 0 ? string.Join(' ', obstacles)
            : areDone ? null
            : "Something of it has to end first, or is on another tool host: the next serve or worker finishes it.";
    }
}
