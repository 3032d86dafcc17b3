using Orchestrator.Benchmarks.Measures;
using Orchestrator.Benchmarks.Reports;

namespace Orchestrator.Benchmarks.Durable.Loops;

/// <summary>A loop workload's report for people.</summary>
internal static class LoopText
{
    public static void Print(LoopReport report)
    {
        LoopSettings settings = report.Settings;
        Console.WriteLine($"{report.Workload} on {report.Machine}");
        Console.WriteLine(
            $"{settings.Agents} agents, {settings.Iterations} iterations each, new generation after {settings.Generation}, "
            + $"{settings.ToolBytes} bytes a tool output, hub: {settings.Hub}");
        foreach (LoopPair pair in report.Rounds)
        {
            Print("hub  ", pair.Hub);
            Print("floor", pair.Floor);
        }

        LoopSummary summary = report.Summary;
        Console.WriteLine(
            $"ms an iteration: {summary.HubMs:F3}, floor {summary.FloorMs:F3}: {summary.MsRatio:F2} times the floor; "
            + $"{summary.LeastMsRatio:F2} times by the least of each");
        Console.WriteLine(
            $"iterations/s: {summary.HubIterationsPerSecond:F0}, floor {summary.FloorIterationsPerSecond:F0}: "
            + $"{summary.IterationsPerSecondRatio:F2} of the floor");
        if (report.Fsyncs is { } fsyncs)
        {
            Console.WriteLine($"fsyncs an iteration: {fsyncs.Hub:F2}, floor {fsyncs.Floor:F2}");
        }
    }

    private static void Print(string what, LoopRound round)
    {
        Spread ms = round.IterationMs;
        string around = string.Concat(round.Around.Select(near => $", around {near.Iteration}: {near.Median:F3}"));
        string files = string.Join(' ', round.FileBytes.Where(kind => kind.Value > 0).Select(kind => $"{kind.Key} {Units.Mebibytes(kind.Value):F2}"));
        Console.WriteLine(
            $"{what}  ms min {ms.Min:F3} median {ms.Median:F3} p95 {ms.P95:F3}{around}; {round.IterationsPerSecond:F0}/s; "
            + $"CPU {round.Usage.CpuSeconds:F2} s in {round.Usage.Seconds:F2} s; peak {Units.Mebibytes(round.Usage.PeakResidentBytes):F0} MiB; "
            + $"written {Units.Mebibytes(round.Usage.WrittenBytes):F2} MiB; on disk, MiB: {files}");
    }
}
