namespace Orchestrator.Benchmarks.Tests.Product;

public sealed class ProductCrashTests
{
    [Fact]
    public async Task WorkerAndHubAreKilled_EveryCommandRunsOnce()
    {
        BenchmarkRun run = await BenchmarkRun.OfAsync("product crash --agents 2 --iterations 6 --rounds 1");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(2, run.Number("rounds.0.runsAccepted"));
        Assert.Equal(0, run.Number("rounds.0.toolsTwice"));
        Assert.Equal(0, run.Number("rounds.0.toolsLost"));
    }
}
