using System.Globalization;

namespace Orchestrator.Benchmarks.Measures;

/// <summary>What the system has counted for some processes so far; their children are not in it.</summary>
/// <param name="CpuSeconds">User and system time.</param>
/// <param name="PeakResidentBytes">The most memory each held since its peak was last reset, added up.</param>
/// <param name="ResidentBytes">The memory they hold now.</param>
/// <param name="WrittenBytes">What they caused to be sent to the disk.</param>
internal sealed record ProcessFigures(double CpuSeconds, long PeakResidentBytes, long ResidentBytes, long WrittenBytes)
{
    private const string ForgetPeak = "5";

    public static ProcessFigures Of(IEnumerable<int> processes) =>
        processes.Select(Of).Aggregate(new ProcessFigures(0, 0, 0, 0), (sum, next) => new ProcessFigures(
            sum.CpuSeconds + next.CpuSeconds,
            sum.PeakResidentBytes + next.PeakResidentBytes,
            sum.ResidentBytes + next.ResidentBytes,
            sum.WrittenBytes + next.WrittenBytes));

    /// <summary>Peaks count from now on.</summary>
    public static void ResetPeaks(IEnumerable<int> processes)
    {
        foreach (int process in processes)
        {
            File.WriteAllText($"/proc/{process}/clear_refs", ForgetPeak);
        }
    }

    private static ProcessFigures Of(int process)
    {
        using var known = System.Diagnostics.Process.GetProcessById(process);
        return new ProcessFigures(
            known.TotalProcessorTime.TotalSeconds,
            Kilobytes(process, "VmHWM:") * 1024,
            Kilobytes(process, "VmRSS:") * 1024,
            Number($"/proc/{process}/io", "write_bytes:"));
    }

    private static long Kilobytes(int process, string name) => Number($"/proc/{process}/status", name);

    private static long Number(string file, string name)
    {
        string line = File.ReadLines(file).First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }
}
