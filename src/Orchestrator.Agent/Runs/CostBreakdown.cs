using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Turns;

namespace Orchestrator.Agent.Runs;

/// <summary>What a run's dollars went to; all parts together are what the run has cost.</summary>
/// <param name="Turns">The answers, in order.</param>
/// <param name="Tools">The same dollars by what the answers called, the dearest first: an answer's cost is divided equally among its calls.</param>
/// <param name="CompactionsUsd">Dollars for summaries.</param>
/// <param name="SubAgents">The sub-agents, in order.</param>
public sealed record CostBreakdown(
    IReadOnlyList<TurnCost> Turns, IReadOnlyList<ToolCost> Tools, decimal CompactionsUsd, IReadOnlyList<SubAgentCost> SubAgents)
{
    /// <summary>Stands in place of a tool for answers that called none.</summary>
    public const string NoTool = "(no call)";

    public decimal CostUsd => Turns.Sum(turn => turn.CostUsd) + CompactionsUsd + SubAgents.Sum(agent => agent.CostUsd);

    /// <param name="replies">The run's answers, in order.</param>
    /// <param name="compactions">The run's compactions.</param>
    /// <param name="agents">The run's sub-agents, in order.</param>
    public static CostBreakdown Of(IReadOnlyList<CommittedReply> replies, IReadOnlyList<Compaction> compactions, IReadOnlyList<RunSummary> agents)
    {
        IEnumerable<(string Tool, decimal Usd, bool IsCall)> shares = replies.SelectMany(reply => reply.Calls.Count == 0
            ? [(NoTool, reply.CostUsd, false)]
            : reply.Calls.Select(call => (call.Tool, reply.CostUsd / reply.Calls.Count, true)));
        return new CostBreakdown(
            [.. replies.Select(TurnCost.Of)],
            [
                .. shares.GroupBy(share => share.Tool, StringComparer.Ordinal)
                    .Select(tool => new ToolCost(tool.Key, tool.Count(share => share.IsCall), tool.Sum(share => share.Usd)))
                    .OrderByDescending(tool => tool.CostUsd).ThenBy(tool => tool.Tool, StringComparer.Ordinal),
            ],
            compactions.Sum(compaction => compaction.CostUsd),
            [.. agents.Select(agent => new SubAgentCost(agent.RunId, agent.Name, agent.CostUsd))]);
    }
}

/// <summary>What one answer cost.</summary>
/// <param name="Turn">The turn.</param>
/// <param name="Model">The model, as its endpoint calls it.</param>
/// <param name="Tools">What it called, in order.</param>
/// <param name="Usage">What it was billed as.</param>
/// <param name="CostUsd">Dollars.</param>
public sealed record TurnCost(int Turn, string Model, IReadOnlyList<string> Tools, TokenUsage Usage, decimal CostUsd)
{
    internal static TurnCost Of(CommittedReply reply) =>
        new(reply.Turn, reply.Model, [.. reply.Calls.Select(call => call.Tool)], reply.Usage, reply.CostUsd);
}

/// <summary>What answers cost that called a tool.</summary>
public sealed record ToolCost(string Tool, int Calls, decimal CostUsd);

/// <summary>What a sub-agent cost.</summary>
public sealed record SubAgentCost(string RunId, string Name, decimal CostUsd);
