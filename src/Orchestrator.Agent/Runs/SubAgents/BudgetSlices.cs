namespace Orchestrator.Agent.Runs.SubAgents;

/// <summary>Divides what is left of a run's dollars among its sub-agents, so that all of them together can't spend more than that.</summary>
internal static class BudgetSlices
{
    /// <summary>The part of the rest that sub-agents may have; what remains pays for the answers of the run that they work for.</summary>
    private const decimal Share = 0.8m;

    private const decimal LeastUsd = 0.000001m;

    /// <param name="leftUsd">Dollars that are left; null without a limit.</param>
    /// <param name="asked">Dollars that are asked for each; null for an equal share.</param>
    /// <returns>Dollars for each, in order, null without a limit; nothing if too little is left to divide.</returns>
    public static IReadOnlyList<decimal?> Of(decimal? leftUsd, IReadOnlyList<decimal?> asked)
    {
        if (leftUsd is not { } left)
        {
            return [.. asked.Select(_ => (decimal?)null)];
        }

        decimal pool = Math.Max(left * Share, 0);
        decimal rest = pool - asked.Sum(usd => Math.Min(usd ?? 0, pool));
        decimal equal = rest > 0 ? rest / Math.Max(asked.Count(usd => usd is null), 1) : pool / asked.Count;
        decimal[] wanted = [.. asked.Select(usd => Math.Min(usd ?? equal, pool))];
        decimal scale = wanted.Sum() > pool ? pool / wanted.Sum() : 1;
        decimal?[] slices = [.. wanted.Select(usd => (decimal?)(decimal.Floor(usd * scale / LeastUsd) * LeastUsd))];
        return slices.Any(slice => slice < LeastUsd) ? [] : slices;
    }
}
