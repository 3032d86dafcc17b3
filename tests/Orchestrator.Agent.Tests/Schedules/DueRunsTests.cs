using Orchestrator.Agent.Schedules;
using static Orchestrator.Agent.Tests.Schedules.RecurrenceTests;

namespace Orchestrator.Agent.Tests.Schedules;

public sealed class DueRunsTests
{
    private static readonly Recurrence Hourly = Recurrence.Of("0 * * * *", "UTC");

    [Theory]
    [InlineData(MissedRuns.Skip)]
    [InlineData(MissedRuns.Coalesce)]
    [InlineData(MissedRuns.CatchUp)]
    public void DueAMomentAgo_BeginsWhateverBecomesOfMissedOnes(MissedRuns missed)
    {
        var due = DueRuns.Of(Hourly, missed, At("2026-05-01T07:00Z"), At("2026-05-01T08:04Z"));

        Assert.Equal([At("2026-05-01T08:00Z")], due.Begin);
        Assert.Null(due.Missed);
    }

    [Theory]
    [InlineData(MissedRuns.Skip, "", 4, "2026-05-01T11:00Z")]
    [InlineData(MissedRuns.Coalesce, "2026-05-01T11:00Z", 3, "2026-05-01T10:00Z")]
    [InlineData(MissedRuns.CatchUp, "2026-05-01T08:00Z 2026-05-01T09:00Z 2026-05-01T10:00Z 2026-05-01T11:00Z", 0, null)]
    public void NobodyWasThereForHours_MissedOnesBecomeWhatIsWanted(MissedRuns missed, string begun, int left, string? newestLeft)
    {
        var due = DueRuns.Of(Hourly, missed, At("2026-05-01T07:00Z"), At("2026-05-01T11:30Z"));

        Assert.Equal(begun.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(At), due.Begin);
        Assert.Equal(left, due.Missed?.Count ?? 0);
        Assert.Equal(newestLeft is null ? null : At(newestLeft), due.Missed?.DueAt);
    }

    [Theory]
    [InlineData(MissedRuns.Skip, 6)] // Those of the last five minutes, both ends included, are not missed.
    [InlineData(MissedRuns.Coalesce, 1)]
    [InlineData(MissedRuns.CatchUp, DueRuns.MostCaughtUp)]
    public void EveryMinuteOfAYearWasMissed_FewBegin(MissedRuns missed, int begun)
    {
        const int minutes = 365 * 24 * 60;
        DateTimeOffset after = At("2026-05-01T00:00Z");

        var due = DueRuns.Of(Recurrence.Of("* * * * *", "UTC"), missed, after, after.AddMinutes(minutes));

        Assert.Equal(begun, due.Begin.Count);
        Assert.Equal(minutes, begun + due.Missed!.Count);
        Assert.Equal(after.AddMinutes(minutes), due.Begin[^1]);
        Assert.True(due.Missed.DueAt < due.Begin[0]);
    }

    [Fact]
    public void NothingDue_NothingBegins()
    {
        var due = DueRuns.Of(Hourly, MissedRuns.CatchUp, At("2026-05-01T07:00Z"), At("2026-05-01T07:59Z"));

        Assert.Empty(due.Begin);
        Assert.Null(due.Missed);
    }
}
