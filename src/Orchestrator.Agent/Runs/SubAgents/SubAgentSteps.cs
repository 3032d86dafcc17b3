using Microsoft.DurableTask;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Runs.SubAgents;

/// <summary>Has sub-agents work: each is a run of its own, under the run that called for it.</summary>
internal static class SubAgentSteps
{
    /// <summary>How often is looked whether a run whose orchestration died has its result; its keeper gives it one.</summary>
    private const int MostLooks = 60;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);

    /// <summary>Runs a call's sub-agents to their ends, side by side.</summary>
    /// <returns>Dollars that they spent.</returns>
    public static async Task<decimal> DelegateAsync(this TaskOrchestrationContext context, EffectId call)
    {
        SubAgentRuns agents = await context.FindSubAgentsAsync(call);
        await Task.WhenAll(agents.Beginnings.Select(beginning => context.RunToEndAsync(beginning)));

        for (int look = 0; look < MostLooks; look++)
        {
            agents = await context.FindSubAgentsAsync(call);
            if (agents.Beginnings.Count == 0)
            {
                return agents.CostUsd;
            }

            await context.CreateTimer(BetweenLooks, CancellationToken.None);
        }

        throw new InvalidOperationException($"The sub-agents of {call} ended without results.");
    }

    private static Task<SubAgentRuns> FindSubAgentsAsync(this TaskOrchestrationContext context, EffectId call) =>
        context.CallActivityAsync<SubAgentRuns>(nameof(FindSubAgents), call, StepRetries.Durable);

    private static async Task RunToEndAsync(this TaskOrchestrationContext context, RunState beginning)
    {
        try
        {
            await context.CallSubOrchestratorAsync<RunStatus>(
                nameof(RunOrchestrator),
                beginning,
                new SubOrchestrationOptions(instanceId: beginning.RunId) { Version = context.Version });
        }
        catch (TaskFailedException)
        {
            // Its keeper gives it a result that says so; the others go on.
        }
    }
}
