namespace Orchestrator.Benchmarks.Tests.Costs;

public sealed class CostTests
{
    private const int Turns = 300;
    private const double LeastCached = 0.9;
    private const double MostOfOptimum = 1.05;

    /// <summary>Counts, no times: the same on every machine.</summary>
    [Fact]
    public async Task LongRun_IsNearlyAsCheapAsItsContentCanBe()
    {
        BenchmarkRun run = await BenchmarkRun.OfAsync($"cost --turns {Turns}");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.InRange(run.Number("compactions"), 2, 5);
        Assert.Equal(Turns + run.Number("compactions"), run.Number("ours.requests"));
        Assert.InRange(run.Number("naive.inputTokens"), 80_000_000, 100_000_000);
        Assert.InRange(run.Number("ours.cachedShare"), LeastCached, run.Number("optimum.cachedShare"));
        Assert.InRange(run.Number("toOptimum"), 1, MostOfOptimum);
        Assert.Equal(run.Number("ours.inputUsd") / run.Number("optimum.inputUsd"), run.Number("toOptimum"), tolerance: 1e-9);
    }
}
