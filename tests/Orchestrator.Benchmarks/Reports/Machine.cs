using System.Globalization;
using System.Runtime.InteropServices;

namespace Orchestrator.Benchmarks.Reports;

/// <summary>Where and in what company the figures were measured.</summary>
/// <param name="FileSystem">Of the folder that was written to.</param>
/// <param name="LoadBefore">The load average of the last minute: what others did meanwhile spoils the figures.</param>
internal sealed record Machine(string System, int Cores, string Runtime, string FileSystem, double LoadBefore)
{
    public static Machine Here(string fileSystem) => new(
        RuntimeInformation.OSDescription,
        Environment.ProcessorCount,
        RuntimeInformation.FrameworkDescription,
        fileSystem,
        double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture));

    public override string ToString() => $"{System}, {Cores} cores, {Runtime}, {FileSystem}, load before {LoadBefore:F2}";
}
