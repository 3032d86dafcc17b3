using Orchestrator.Benchmarks.Reports;

namespace Orchestrator.Benchmarks.Durable.Parking;

/// <summary>A report on parked agents for people.</summary>
internal static class ParkedText
{
    public static void Print(ParkedReport report)
    {
        Console.WriteLine($"{report.Workload} on {report.Machine}");
        Console.WriteLine($"{report.Settings.Agents} agents, {report.Settings.OneByOne} decided on one by one, hub: {report.Settings.Hub}");
        foreach (ParkedPair pair in report.Rounds)
        {
            Print("hub  ", pair.Hub);
            Print("floor", pair.Floor);
        }

        ParkedSummary summary = report.Summary;
        Console.WriteLine($"bytes a parked agent: {summary.HubBytesPerAgent:F0}, floor {summary.FloorBytesPerAgent:F0}");
        Console.WriteLine($"ms from decision to resume, one by one: {summary.HubOneByOneMs:F2}, floor {summary.FloorOneByOneMs:F2}");
    }

    private static void Print(string what, ParkedRound round) => Console.WriteLine(
        $"{what}  RSS {Units.Mebibytes(round.BaseBytes):F1} > {Units.Mebibytes(round.ParkedBytes):F1} MiB: "
        + $"{round.BytesPerAgent:F0} bytes an agent, {round.ManagedBytesPerAgent:F0} of them objects; disk {Units.Mebibytes(round.DiskBytes):F2} MiB; "
        + $"decision to resume, ms: one by one p50 {round.OneByOneMs.Median:F2} p99 {round.OneByOneMs.P99:F2}, "
        + $"at once p50 {round.AtOnceMs.Median:F1} p99 {round.AtOnceMs.P99:F1}; all ended after {round.FinishSeconds:F2} s");
}
