using System.Globalization;

namespace Orchestrator.Benchmarks.Measures;

/// <summary>The CPU time of the whole machine: commands in a sandbox outlive their parents, whose figures lack them.</summary>
internal static class MachineTime
{
    private const double TicksPerSecond = 100;   // USER_HZ, which Linux fixes for what it shows in /proc

    /// <summary>Seconds that the processors have worked since the machine started.</summary>
    public static double BusySeconds() => BusySeconds(File.ReadLines("/proc/stat").First());

    /// <param name="line">The first line of <c>/proc/stat</c>: user, nice, system, idle, iowait, irq, softirq, steal, ...</param>
    public static double BusySeconds(string line)
    {
        double[] ticks =
            [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
        return (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]) / TicksPerSecond;
    }
}
