namespace Orchestrator.Benchmarks.Tests.Functions;

public sealed class FunctionsTests
{
    [Fact]
    public async Task EachFunctionIsCalledOnce_AllAreReported()
    {
        BenchmarkRun run = await BenchmarkRun.OfAsync("functions --once");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(
            [
                "ConverterBenchmarks.WriteState", "ConverterBenchmarks.ReadState", "ConverterBenchmarks.WriteTwoKilobytesOfOutput",
                "ReplayBenchmarks.ReplayGenerationOfTwentyIterations",
            ],
            run.Report.GetProperty("functions").EnumerateArray().Select(function => function.GetProperty("name").GetString()));
        Assert.All(Enumerable.Range(0, 4), index => Assert.True(run.Number($"functions.{index}.medianNs") > 0));
    }
}
