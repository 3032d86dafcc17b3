using System.Runtime.InteropServices;

namespace Orchestrator.Benchmarks.Reports;

/// <summary>Where the figures were measured.</summary>
/// <param name="FileSystem">Of the folder that was written to.</param>
internal sealed record Machine(string System, int Cores, string Runtime, string FileSystem)
{
    public static Machine Here(string fileSystem) =>
        new(RuntimeInformation.OSDescription, Environment.ProcessorCount, RuntimeInformation.FrameworkDescription, fileSystem);
}
