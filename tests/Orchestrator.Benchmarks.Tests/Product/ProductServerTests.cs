namespace Orchestrator.Benchmarks.Tests.Product;

public sealed class ProductServerTests
{
    [Fact]
    public async Task RequestsBesideRuns_AreMeasured()
    {
        BenchmarkRun run = await BenchmarkRun.OfAsync("product server --runs 2 --think 1 --rate 20 --seconds 5");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(100, run.Number("rounds.0.latencyMs.samples"));
        Assert.Equal(0, run.Number("rounds.0.refused"));
        Assert.InRange(run.Number("rounds.0.turns"), 2, 20);
    }
}
