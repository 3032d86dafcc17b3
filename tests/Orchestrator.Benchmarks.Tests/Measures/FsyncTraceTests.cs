using Orchestrator.Benchmarks.Measures;

namespace Orchestrator.Benchmarks.Tests.Measures;

public sealed class FsyncTraceTests
{
    private static readonly FsyncTrace Trace = FsyncTrace.Read(
    [
        "41 100.900000 fsync(3)               = 0",
        "42 101.000001 fdatasync(7</data/hub.db-wal> <unfinished ...>",
        "41 101.000002 fsync(9)               = 0",
        "42 101.200000 <... fdatasync resumed>) = 0",
        "41 101.500000 +++ exited with 0 +++",
        "41 103.500000 fsync(9)               = 0",
    ]);

    [Fact]
    public void CallsWithinTheWork_AreCountedOnce() =>
        Assert.Equal(2, Trace.During(new Usage(StartedAt: 101, Seconds: 2, CpuSeconds: 0, PeakResidentBytes: 0, WrittenBytes: 0)));

    [Fact]
    public void WorkWithoutCalls_HasNone() =>
        Assert.Equal(0, Trace.During(new Usage(StartedAt: 101.1, Seconds: 1, CpuSeconds: 0, PeakResidentBytes: 0, WrittenBytes: 0)));

    [Fact]
    public void Calls_NameTheirFiles() =>
        Assert.Equal(["/data/hub.db-wal", ""], Trace.FilesBetween(101, 103));
}
