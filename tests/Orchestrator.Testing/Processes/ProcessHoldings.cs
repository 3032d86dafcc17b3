using System.Globalization;

namespace Orchestrator.Testing.Processes;

/// <summary>What a process holds at a moment.</summary>
/// <param name="Megabytes">Its resident memory.</param>
/// <param name="Descriptors">Its open files, sockets and pipes, but for those of its code: an assembly that is loaded later stays.</param>
public sealed record ProcessHoldings(double Megabytes, int Descriptors)
{
    private const string Resident = "VmRSS:";

    /// <returns>Null if the process has ended.</returns>
    public static ProcessHoldings? Of(int process)
    {
        try
        {
            string? resident = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith(Resident, StringComparison.Ordinal));
            return resident is null
                ? null
                : new ProcessHoldings(
                    long.Parse(resident[Resident.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024.0,
                    Directory.GetFileSystemEntries($"/proc/{process}/fd").Count(descriptor => !IsCode(descriptor)));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static bool IsCode(string descriptor) => new FileInfo(descriptor).LinkTarget?.EndsWith(".dll", StringComparison.Ordinal) == true;

    /// <summary>How fast a figure grows: the slope of the line that fits the samples best, by least squares.</summary>
    /// <param name="samples">At least two, at different moments.</param>
    public static double SlopeOf(IReadOnlyCollection<(double Minutes, double Value)> samples)
    {
        double minutes = samples.Average(sample => sample.Minutes);
        double value = samples.Average(sample => sample.Value);
        return samples.Sum(sample => (sample.Minutes - minutes) * (sample.Value - value))
            / Math.Max(1e-9, samples.Sum(sample => Math.Pow(sample.Minutes - minutes, 2)));
    }
}
