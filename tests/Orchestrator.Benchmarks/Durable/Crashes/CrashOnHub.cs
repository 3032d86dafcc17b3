using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Orchestrator.Benchmarks.Durable.Agents;
using Orchestrator.Benchmarks.Durable.Hubs;
using Orchestrator.Testing.Processes;

namespace Orchestrator.Benchmarks.Durable.Crashes;

/// <summary>A round on hub and SDK: the worker is killed after a third of the steps, the hub after two thirds.</summary>
internal static class CrashOnHub
{
    /// <param name="folder">Empty; the hub's database and the log of what was really done go there.</param>
    public static async Task<CrashRound> RunAsync(CrashSettings settings, string folder, CancellationToken cancellationToken)
    {
        string database = Path.Combine(folder, "hub.db");
        await using HubProcess first = await HubProcess.StartAsync(database, port: 0, cancellationToken);
        await using ChildProcess doomed = await WorkerProcess.StartAsync(first.Address, folder, cancellationToken);
        long start = TimeProvider.System.GetTimestamp();
        await ScheduleAsync(first, settings, cancellationToken);

        await Progress.UntilAsync(folder, settings.Steps / 3, cancellationToken);
        await doomed.KillAsync();
        DateTimeOffset workerRestartedAt = TimeProvider.System.GetUtcNow();
        await using ChildProcess worker = await WorkerProcess.StartAsync(first.Address, folder, cancellationToken);

        await Progress.UntilAsync(folder, 2 * settings.Steps / 3, cancellationToken);
        await first.KillAsync();
        DateTimeOffset hubRestartedAt = TimeProvider.System.GetUtcNow();
        await using HubProcess hub = await HubProcess.StartAsync(database, first.Address.Port, cancellationToken);
        DateTimeOffset hubReadyAt = TimeProvider.System.GetUtcNow();

        IReadOnlyList<int> finished = await EndAsync(hub, settings, cancellationToken);
        double seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        IReadOnlyList<DoneStep> steps = StepLog.Read(folder);
        return new CrashRound(
            finished.Count,
            Progress.ToolsLost(steps, finished, settings.Iterations),
            seconds,
            CrashTrace.Of(steps, workerRestartedAt, hubRestartedAt, workerRestartedAt, step => step.Process == worker.Id),
            CrashTrace.Of(steps, hubRestartedAt, nextKillAt: null, hubRestartedAt, step => step.At > hubReadyAt));
    }

    private static async Task ScheduleAsync(HubProcess hub, CrashSettings settings, CancellationToken cancellationToken)
    {
        await using var client = new HubClient(hub.Invoker);
        await Task.WhenAll(Enumerable.Range(0, settings.Agents).Select(agent => client.Client.ScheduleNewOrchestrationInstanceAsync(
            AgentLoop.Name,
            new AgentState(agent, 0, settings.Iterations, settings.Generation, ToolBytes: 100),
            new StartOrchestrationOptions(IdOf(agent)),
            cancellationToken)));
    }

    // Those that don't end in time are the round's result, not its failure.
    private static async Task<IReadOnlyList<int>> EndAsync(HubProcess hub, CrashSettings settings, CancellationToken cancellationToken)
    {
        await using var client = new HubClient(hub.Invoker);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(Progress.Patience);
        bool[] isFinished = await Task.WhenAll(Enumerable.Range(0, settings.Agents).Select(async agent =>
        {
            try
            {
                OrchestrationMetadata end =
                    await client.Client.WaitForInstanceCompletionAsync(IdOf(agent), getInputsAndOutputs: true, bound.Token);
                return end.RuntimeStatus == OrchestrationRuntimeStatus.Completed && end.ReadOutputAs<int>() == settings.Iterations;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return false;
            }
        }));
        return [.. Enumerable.Range(0, settings.Agents).Where(agent => isFinished[agent])];
    }

    private static string IdOf(int agent) => $"agent-{agent}";
}
