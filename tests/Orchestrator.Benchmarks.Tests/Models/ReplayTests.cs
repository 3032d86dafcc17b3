namespace Orchestrator.Benchmarks.Tests.Models;

public sealed class ReplayTests
{
    [Fact]
    public async Task Conversation_IsSentInEachDialectBesideTheFloor()
    {
        BenchmarkRun run = await BenchmarkRun.OfAsync("model replay --bytes 100000 --calls 3 --warm-up 1 --rounds 1");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(["responses", "messages", "chat"], run.Report.GetProperty("rounds").EnumerateArray().Select(round => round.GetProperty("dialect").GetString()!.ToLowerInvariant()));
        for (int dialect = 0; dialect < 3; dialect++)
        {
            Assert.InRange(run.Number($"rounds.{dialect}.sentBytes"), 100_000, 120_000);
            Assert.Equal(3, run.Number($"rounds.{dialect}.ms.samples"));
            Assert.True(run.Number($"rounds.{dialect}.floorMs.median") > 0);
            Assert.True(run.Number($"rounds.{dialect}.allocatedBytes") > run.Number($"rounds.{dialect}.floorAllocatedBytes"));
        }
    }
}
