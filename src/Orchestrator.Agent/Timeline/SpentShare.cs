using System.Text.Json.Serialization;

namespace Orchestrator.Agent.Timeline;

/// <summary>What a run has spent of its dollars, and what of that its followers know: half, most, all.</summary>
/// <param name="LimitUsd">What it may spend.</param>
/// <param name="Usd">What it has spent.</param>
/// <param name="Told">The share, in per cent, that was told.</param>
public sealed record SpentShare(decimal LimitUsd, decimal Usd, int Told)
{
    private static readonly int[] Shares = [100, 80, 50];

    /// <summary>The largest share that is worth telling and is spent, in per cent; 0 if none is.</summary>
    [JsonIgnore]
    public int Percent => LimitUsd > 0 ? Shares.FirstOrDefault(share => Usd >= LimitUsd * share / 100) : 0;

    /// <param name="turn">The turn after which it is told.</param>
    /// <param name="costUsd">What the turn cost.</param>
    /// <returns>The alert; none if there is nothing new to tell.</returns>
    public IEnumerable<RunEvent> Alert(int turn, decimal costUsd)
    {
        SpentShare now = this with { Usd = Usd + costUsd };
        return now.Percent > Told
            ? [new RunEvent(RunEventKind.BudgetReached, turn, $"{now.Percent} % of {Dollars.Of(LimitUsd)}: {Dollars.Of(now.Usd)} spent")]
            : [];
    }
}
