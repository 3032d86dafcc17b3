namespace Orchestrator.Benchmarks.Tests.Product;

public sealed class ProductLoadTests
{
    [Fact]
    public async Task TurnsBesideRequests_AreMeasuredAtAPaceAndWithout()
    {
        BenchmarkRun run = await BenchmarkRun.OfAsync("product load --runs 4 --pace 4 --rate 20 --seconds 5 --warm-up 1 --count-fsyncs");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(4, run.Number("rounds.0.accepted"));
        Assert.Equal(0, run.Number("rounds.0.askedAgain"));
        Assert.Equal(100, run.Number("rounds.0.paced.latencyMs.samples"));
        Assert.Equal(0, run.Number("rounds.0.paced.refused"));
        Assert.InRange(run.Number("rounds.0.paced.turnsPerSecond"), 1, 4.5);
        Assert.Equal(100, run.Number("rounds.0.saturated.latencyMs.samples"));
        Assert.True(run.Number("rounds.0.saturated.stepMs.samples") >= 10, run.Output);
        Assert.True(run.Number("rounds.0.fsyncs.hub") > 0, run.Output);
        Assert.True(run.Number("rounds.0.fsyncs.runs") > 0, run.Output);
    }
}
