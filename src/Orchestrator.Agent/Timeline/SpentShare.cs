using System.Text.Json.Serialization;

namespace Orchestrator.Agent.Timeline;

/// <summary>What is spent of a run's dollars, or of an account's, and what of that was told: half, most, all.</summary>
/// <param name="LimitUsd">What may be spent.</param>
/// <param name="Usd">What is spent.</param>
/// <param name="Told">The share, in per cent, that was told.</param>
public sealed record SpentShare(decimal LimitUsd, decimal Usd, int Told)
{
    private static readonly int[] Shares = [100, 80, 50];

    /// <summary>The largest share that is worth telling and is spent, in per cent; 0 if none is.</summary>
    [JsonIgnore]
    public int Percent => LimitUsd > 0 ? Shares.FirstOrDefault(share => Usd >= LimitUsd * share / 100) : 0;

    /// <param name="turn">The turn after which it is told.</param>
    /// <param name="costUsd">What the turn cost.</param>
    /// <param name="whose">The account, as in <c>team payments for 2026-11</c>; null for the run's own dollars.</param>
    /// <returns>The alert; none if there is nothing new to tell.</returns>
    public IEnumerable<RunEvent> Alert(int turn, decimal costUsd, string? whose = null)
    {
        SpentShare now = this with { Usd = Usd + costUsd };
        string limit = whose is null ? Dollars.Of(LimitUsd) : $"{Dollars.Of(LimitUsd)} of the {whose}";
        return now.Percent > Told
            ? [new RunEvent(RunEventKind.BudgetReached, turn, $"{now.Percent} % of {limit}: {Dollars.Of(now.Usd)} spent")]
            : [];
    }
}
