using Orchestrator.Benchmarks.Measures;
using Orchestrator.Benchmarks.Reports;

namespace Orchestrator.Benchmarks.Durable.Parking;

/// <summary>What <c>durable parked</c> found, as <c>--json</c> writes it.</summary>
internal sealed record ParkedReport(
    string Workload,
    Machine Machine,
    ParkedSettings Settings,
    IReadOnlyList<ParkedPair> Rounds,
    ParkedSummary Summary);

/// <summary>One round on the hub and one on the floor right after it.</summary>
internal sealed record ParkedPair(ParkedRound Hub, ParkedRound Floor);

/// <summary>The medians over the rounds.</summary>
internal sealed record ParkedSummary(
    double HubBytesPerAgent,
    double FloorBytesPerAgent,
    double HubOneByOneMs,
    double FloorOneByOneMs,
    double HubAtOnceP99Ms,
    double FloorAtOnceP99Ms,
    double HubFinishSeconds,
    double FloorFinishSeconds)
{
    public static ParkedSummary Of(IReadOnlyList<ParkedPair> rounds)
    {
        double Median(Func<ParkedPair, double> figure) => Spread.Of(rounds.Select(figure)).Median;
        return new ParkedSummary(
            Median(pair => pair.Hub.BytesPerAgent),
            Median(pair => pair.Floor.BytesPerAgent),
            Median(pair => pair.Hub.OneByOneMs.Median),
            Median(pair => pair.Floor.OneByOneMs.Median),
            Median(pair => pair.Hub.AtOnceMs.P99),
            Median(pair => pair.Floor.AtOnceMs.P99),
            Median(pair => pair.Hub.FinishSeconds),
            Median(pair => pair.Floor.FinishSeconds));
    }
}
