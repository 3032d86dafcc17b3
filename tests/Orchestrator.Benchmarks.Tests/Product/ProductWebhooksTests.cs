namespace Orchestrator.Benchmarks.Tests.Product;

public sealed class ProductWebhooksTests
{
    [Fact]
    public async Task Deliveries_AreStoredAndMeasured()
    {
        BenchmarkRun run = await BenchmarkRun.OfAsync("product webhooks --rate 40 --seconds 5");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(200, run.Number("rounds.0.latencyMs.samples"));
        Assert.Equal(0, run.Number("rounds.0.refused"));
        Assert.Equal(150, run.Number("rounds.0.new"));
        Assert.InRange(run.Number("rounds.0.runs"), 1, 4);
    }
}
