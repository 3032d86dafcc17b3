using Microsoft.DurableTask.Client;
using Orchestrator.Benchmarks.Durable.Agents;
using Orchestrator.Benchmarks.Durable.Hubs;
using Orchestrator.Benchmarks.Measures;

namespace Orchestrator.Benchmarks.Durable.Loops;

/// <summary>Agents on hub and SDK alone: no journal, no payloads, no run database.</summary>
internal static class LoopOnHub
{
    /// <param name="folder">Empty; the hub's database goes there.</param>
    public static async Task<LoopRound> RunAsync(LoopSettings settings, string folder, CancellationToken cancellationToken)
    {
        var clock = new IterationClock(settings.Agents, settings.Iterations);
        await using MeasuredHub hub = await MeasuredHub.StartAsync(settings.Hub, folder, cancellationToken);
        await using Worker worker = await Worker.StartAsync(
            hub.Invoker,
            tasks => AgentLoop.AddTo(
                tasks,
                step =>
                {
                    clock.Begin(step);
                    return StepTexts.Answer(step);
                },
                StepTexts.Output),
            cancellationToken);
        Usage usage = await Usage.OfAsync(
            hub.Processes,
            () => Task.WhenAll(Enumerable.Range(0, settings.Agents).Select(agent => RunAgentAsync(worker.Client, settings, agent, cancellationToken))));
        return LoopRound.Of(settings, usage, clock, folder);
    }

    private static async Task RunAgentAsync(DurableTaskClient client, LoopSettings settings, int agent, CancellationToken cancellationToken)
    {
        var state = new AgentState(agent, 0, settings.Iterations, settings.Generation, settings.ToolBytes);
        string id = await client.ScheduleNewOrchestrationInstanceAsync(AgentLoop.Name, state, cancellationToken);
        OrchestrationMetadata end = await client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, cancellationToken);
        if (end.RuntimeStatus != OrchestrationRuntimeStatus.Completed || end.ReadOutputAs<int>() != settings.Iterations)
        {
            throw new InvalidOperationException($"Agent {agent} ended as {end.RuntimeStatus}: {end.SerializedOutput} {end.FailureDetails}.");
        }
    }
}
