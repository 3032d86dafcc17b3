using Microsoft.DurableTask;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Runs.SubAgents;

/// <summary>How the sub-agents of a call stand.</summary>
/// <param name="Beginnings">Where those begin that are not over, in order.</param>
/// <param name="CostUsd">Dollars that all of them spent so far.</param>
public sealed record SubAgentRuns(IReadOnlyList<RunState> Beginnings, decimal CostUsd);

/// <summary>Finds the sub-agents that a call started.</summary>
public sealed class FindSubAgents(IRunStore runs, RunBeginning beginning) : TaskActivity<EffectId, SubAgentRuns>
{
    public override async Task<SubAgentRuns> RunAsync(TaskActivityContext context, EffectId call)
    {
        CancellationToken cancellationToken = CancellationToken.None;
        IReadOnlyList<RunSummary> agents = await runs.ListSubAgentsAsync(call.Run, call.Folder, cancellationToken);
        var beginnings = new List<RunState>();
        foreach (RunSummary agent in agents.Where(agent => agent.Result is null))
        {
            beginnings.Add(await beginning.OfAsync(agent.RunId, cancellationToken));
        }

        return new SubAgentRuns(beginnings, agents.Sum(agent => agent.CostUsd));
    }
}
