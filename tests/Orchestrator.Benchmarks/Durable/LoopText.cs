using Orchestrator.Benchmarks.Measures;

namespace Orchestrator.Benchmarks.Durable;

/// <summary>A loop workload's report for people.</summary>
internal static class LoopText
{
    private const double Megabyte = 1024 * 1024;

    public static IEnumerable<string> Lines(LoopReport report)
    {
        LoopSettings settings = report.Settings;
        yield return $"{report.Workload}: {settings.Agents} agents, {settings.Iterations} iterations each, {settings.ToolBytes} bytes a tool output,"
            + $" hub {settings.Hub}, {report.Machine.FileSystem}, {report.Machine.Cores} cores";
        foreach (LoopPair pair in report.Rounds)
        {
            yield return "hub    " + Line(pair.Hub);
            yield return "floor  " + Line(pair.Floor);
        }

        LoopSummary summary = report.Summary;
        yield return $"median {summary.HubMs:F3} ms an iteration, floor {summary.FloorMs:F3}: {summary.MsRatio:F2} times";
        yield return $"       {summary.HubIterationsPerSecond:F0} iterations/s, floor {summary.FloorIterationsPerSecond:F0}: {summary.IterationsPerSecondRatio:F2} times";
        if (report.Fsyncs is { } fsyncs)
        {
            yield return $"fsyncs {fsyncs.Hub:F2} an iteration, floor {fsyncs.Floor:F2}";
        }
    }

    private static string Line(LoopRound round)
    {
        Spread ms = round.IterationMs;
        string around = string.Concat(round.Around.Select(near => $", around {near.Iteration}: {near.Median:F3}"));
        string files = string.Join(' ', round.FileBytes.Select(kind => $"{kind.Key} {kind.Value / Megabyte:F2} MiB"));
        return $"ms min {ms.Min:F3} median {ms.Median:F3} p95 {ms.P95:F3}{around}; {round.IterationsPerSecond:F0}/s;"
            + $" cpu {round.Usage.CpuSeconds:F2} s of {round.Usage.Seconds:F2}; peak {round.Usage.PeakResidentBytes / Megabyte:F0} MiB;"
            + $" written {round.Usage.WrittenBytes / Megabyte:F2} MiB; {files}";
    }
}
