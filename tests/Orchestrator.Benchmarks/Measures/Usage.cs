namespace Orchestrator.Benchmarks.Measures;

/// <summary>What a piece of work took.</summary>
/// <param name="StartedAt">Seconds since 1970, by the clock that system call traces are stamped with.</param>
/// <param name="PeakResidentBytes">The most memory that its processes held meanwhile, added up.</param>
/// <param name="WrittenBytes">What its processes sent to the disk, file system overhead aside.</param>
internal sealed record Usage(double StartedAt, double Seconds, double CpuSeconds, long PeakResidentBytes, long WrittenBytes)
{
    public static async Task<Usage> OfAsync(IReadOnlyList<int> processes, Func<Task> work)
    {
        Garbage.Collect();
        ProcessFigures.ResetPeaks(processes);
        ProcessFigures before = ProcessFigures.Of(processes);
        DateTimeOffset startedAt = TimeProvider.System.GetUtcNow();
        long start = TimeProvider.System.GetTimestamp();
        await work();
        TimeSpan elapsed = TimeProvider.System.GetElapsedTime(start);
        ProcessFigures after = ProcessFigures.Of(processes);
        return new Usage(
            (startedAt - DateTimeOffset.UnixEpoch).TotalSeconds,
            elapsed.TotalSeconds,
            after.CpuSeconds - before.CpuSeconds,
            after.PeakResidentBytes,
            after.WrittenBytes - before.WrittenBytes);
    }
}
