namespace Orchestrator.Agent.Tasks;

/// <summary>What a run is thought to cost, in dollars.</summary>
/// <param name="LeastUsd">Its lower end.</param>
/// <param name="MostUsd">Its upper end.</param>
public sealed record CostRange(decimal LeastUsd, decimal MostUsd)
{
    /// <summary>By how much a cost lies beside the middle of the range, in per cent of the middle; null if the middle is nothing.</summary>
    public decimal? ErrorOf(decimal usd)
    {
        decimal middle = (LeastUsd + MostUsd) / 2;
        return middle == 0 ? null : decimal.Round((usd - middle) / middle * 100, 1);
    }

    public bool Holds(decimal usd) => usd >= LeastUsd && usd <= MostUsd;
}
