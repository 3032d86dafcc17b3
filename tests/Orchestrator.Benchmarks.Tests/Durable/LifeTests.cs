namespace Orchestrator.Benchmarks.Tests.Durable;

/// <summary>Each workload once, as small as it gets: it runs, and its report has its figures. None is judged by its time.</summary>
public sealed class LifeTests
{
    [Theory]
    [InlineData("durable sequential --iterations 4")]
    [InlineData("durable growth --iterations 120 --tool-bytes 64")]
    [InlineData("durable throughput --agents 5 --iterations 3")]
    [InlineData("durable throughput --agents 2 --iterations 3 --hub process")]
    public async Task Loop_ReportsHubBesideFloor(string workload)
    {
        BenchmarkRun run = await BenchmarkRun.OfAsync(workload + " --rounds 1 --warm-up 0");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        foreach (string side in (string[])["hub", "floor"])
        {
            Assert.True(run.Number($"rounds.0.{side}.iterationMs.min") > 0);
            Assert.True(run.Number($"rounds.0.{side}.iterationMs.p95") >= run.Number($"rounds.0.{side}.iterationMs.median"));
            Assert.True(run.Number($"rounds.0.{side}.iterationsPerSecond") > 0);
            Assert.True(run.Number($"rounds.0.{side}.usage.peakResidentBytes") > 0);
        }

        Assert.True(run.Number("rounds.0.hub.fileBytes.db") > 0);
        Assert.True(run.Number("summary.msRatio") > 0);
        Assert.Contains("times the floor", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Growth_ReportsTheLandmarksThatItReached()
    {
        BenchmarkRun run = await BenchmarkRun.OfAsync("durable growth --iterations 120 --tool-bytes 64 --rounds 1 --warm-up 0");

        Assert.Equal(100, run.Number("rounds.0.hub.around.0.iteration"));
        Assert.Equal(1, run.Report.GetProperty("rounds")[0].GetProperty("hub").GetProperty("around").GetArrayLength());
        Assert.True(run.Number("rounds.0.floor.fileBytes.jsonl") > 120 * 64);
    }

    [Fact]
    public async Task FsyncsAreCounted_TheFloorHasExactlyTwo()
    {
        BenchmarkRun run = await BenchmarkRun.OfAsync("durable sequential --iterations 10 --rounds 1 --warm-up 0 --count-fsyncs");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(2, run.Number("fsyncs.floor"));
        Assert.True(run.Number("fsyncs.hub") > 0);
    }

    [Theory]
    [InlineData("embedded")]
    [InlineData("process")]
    public async Task Parked_ReportsMemoryAndDelay(string hub)
    {
        BenchmarkRun run = await BenchmarkRun.OfAsync($"durable parked --agents 6 --rounds 1 --hub {hub}");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        foreach (string side in (string[])["hub", "floor"])
        {
            Assert.True(run.Number($"rounds.0.{side}.baseBytes") > 0);
            Assert.Equal(3, run.Number($"rounds.0.{side}.oneByOneMs.samples"));
            Assert.Equal(3, run.Number($"rounds.0.{side}.atOnceMs.samples"));
            Assert.True(run.Number($"rounds.0.{side}.finishSeconds") > 0);
        }
    }

    [Fact]
    public async Task Crash_EveryRunFinishesAndNoToolIsLost()
    {
        BenchmarkRun run = await BenchmarkRun.OfAsync("durable crash --agents 4 --iterations 30 --rounds 1");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        foreach (string side in (string[])["hub", "floor"])
        {
            Assert.Equal(4, run.Number($"rounds.0.{side}.runsFinished"));
            Assert.Equal(0, run.Number($"rounds.0.{side}.toolsLost"));
            Assert.True(run.Number($"rounds.0.{side}.worker.toolsTwice") >= 0);
        }

        Assert.True(run.Number("rounds.0.hub.hub.toolsTwice") >= 0);
    }

    [Fact]
    public async Task TooFewIterations_IsBadInput()
    {
        BenchmarkRun run = await BenchmarkRun.OfAsync("durable sequential --iterations 1");

        Assert.Equal((2, "--iterations is a number from 2.\n"), (run.ExitCode, run.Error));
    }
}
