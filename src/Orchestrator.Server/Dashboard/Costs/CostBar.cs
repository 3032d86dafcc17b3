using Orchestrator.Agent.Runs;

namespace Orchestrator.Server.Dashboard.Costs;

/// <summary>A bar of the chart of costs: a turn, or turns beside each other where there are many.</summary>
public sealed record CostBar(string Label, decimal Usd)
{
    private const int MostBars = 120;

    public static IReadOnlyList<CostBar> Of(IReadOnlyList<TurnCost> turns)
    {
        int together = Math.Max(1, (turns.Count + MostBars - 1) / MostBars);
        return
        [
            .. turns.Chunk(together).Select(chunk => new CostBar(
                chunk.Length == 1 ? $"turn {chunk[0].Turn}" : $"turns {chunk[0].Turn} to {chunk[^1].Turn}", chunk.Sum(turn => turn.CostUsd))),
        ];
    }
}
