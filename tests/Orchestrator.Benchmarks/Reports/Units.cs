namespace Orchestrator.Benchmarks.Reports;

/// <summary>The units that people read.</summary>
internal static class Units
{
    private const double BytesOfMebibyte = 1024 * 1024;

    public static double Mebibytes(long bytes) => bytes / BytesOfMebibyte;
}
