namespace Orchestrator.Benchmarks.Tests.Snapshots;

public sealed class SnapshotBenchmarkTests
{
    [Fact]
    public async Task A_tree_is_kept_and_restored_and_little_is_stored_for_a_change()
    {
        BenchmarkRun run = await BenchmarkRun.OfAsync("snapshots --files 2000 --changed 10 --rounds 1");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.True(run.Number("rounds.0.first") > 0);
        Assert.True(run.Number("rounds.0.fresh") > 0);
        Assert.True(run.Number("rounds.0.gitFirst") > 0);
        Assert.InRange(run.Number("rounds.0.firstStoredBytes"), 1_000_000, 20_000_000);
        Assert.InRange(run.Number("rounds.0.storedShare"), 0.1, 2);
    }
}
