using Orchestrator.Benchmarks.Measures;
using Orchestrator.Benchmarks.Reports;

namespace Orchestrator.Benchmarks.Durable.Loops;

/// <summary>What a loop workload found, as <c>--json</c> writes it.</summary>
internal sealed record LoopReport(
    string Workload,
    Machine Machine,
    LoopSettings Settings,
    IReadOnlyList<LoopPair> Rounds,
    LoopSummary Summary,
    FsyncsPerIteration? Fsyncs);

/// <summary>One round on the hub and one on the floor right after it: the machine's mood is the same.</summary>
internal sealed record LoopPair(LoopRound Hub, LoopRound Floor);

/// <summary>Calls of fsync and fdatasync for each iteration, counted by tracing the process in a round of its own.</summary>
internal sealed record FsyncsPerIteration(double Hub, double Floor);

/// <summary>The medians over the rounds; ratios are those of the pairs, hub to floor.</summary>
/// <param name="LeastMsRatio">The least iteration of all rounds: what company on the machine disturbs the least.</param>
internal sealed record LoopSummary(
    double HubMs,
    double FloorMs,
    double MsRatio,
    double LeastMsRatio,
    double HubIterationsPerSecond,
    double FloorIterationsPerSecond,
    double IterationsPerSecondRatio,
    double HubCpuSeconds,
    double HubPeakResidentBytes)
{
    public static LoopSummary Of(IReadOnlyList<LoopPair> rounds)
    {
        double Median(Func<LoopPair, double> figure) => Spread.Of(rounds.Select(figure)).Median;
        return new LoopSummary(
            Median(pair => pair.Hub.IterationMs.Median),
            Median(pair => pair.Floor.IterationMs.Median),
            Median(pair => pair.Hub.IterationMs.Median / pair.Floor.IterationMs.Median),
            rounds.Min(pair => pair.Hub.IterationMs.Min) / rounds.Min(pair => pair.Floor.IterationMs.Min),
            Median(pair => pair.Hub.IterationsPerSecond),
            Median(pair => pair.Floor.IterationsPerSecond),
            Median(pair => pair.Hub.IterationsPerSecond / pair.Floor.IterationsPerSecond),
            Median(pair => pair.Hub.Usage.CpuSeconds),
            Median(pair => pair.Hub.Usage.PeakResidentBytes));
    }
}
