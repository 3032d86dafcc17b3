namespace Orchestrator.Benchmarks.Tests.Product;

public sealed class ProductTurnTests
{
    [Fact]
    public async Task ATurn_IsMeasuredByItsParts()
    {
        BenchmarkRun run = await BenchmarkRun.OfAsync("product turn --turns 10 --rounds 1 --count-fsyncs");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(4, run.Number("rounds.0.turnMs.samples"));
        Assert.InRange(run.Number("rounds.0.callMs.min"), 1, run.Number("rounds.0.turnMs.max"));
        Assert.True(run.Number("fsyncs.hub") >= 1, run.Output);
        Assert.True(run.Number("fsyncs.runs") >= 1, run.Output);
        Assert.True(run.Number("fsyncs.effects") >= 1, run.Output);
    }
}
