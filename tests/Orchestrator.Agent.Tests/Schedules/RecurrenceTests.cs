using System.Globalization;
using Orchestrator.Agent.Schedules;

namespace Orchestrator.Agent.Tests.Schedules;

public sealed class RecurrenceTests
{
    /// <summary>The days on which Berlin's clocks are put forward (at 2:00 to 3:00) and back (at 3:00 to 2:00) in 2026, and those around them.</summary>
    [Theory]
    [InlineData("30 2 * * *", "2026-03-28T00:00Z", "2026-03-28T01:30Z", "2026-03-29T01:00Z", "2026-03-30T00:30Z")] // 2:30 isn't there: at its end
    [InlineData("30 2 * * *", "2026-10-24T00:00Z", "2026-10-24T00:30Z", "2026-10-25T00:30Z", "2026-10-26T01:30Z")] // 2:30 is there twice: once
    [InlineData("0 * * * *", "2026-10-24T23:30Z", "2026-10-25T00:00Z", "2026-10-25T01:00Z", "2026-10-25T02:00Z")] // every hour: through both
    [InlineData("0 * * * *", "2026-03-29T00:30Z", "2026-03-29T01:00Z", "2026-03-29T02:00Z", "2026-03-29T03:00Z")]
    [InlineData("0 9 * * MON-FRI", "2026-05-01T08:00Z", "2026-05-04T07:00Z", "2026-05-05T07:00Z", "2026-05-06T07:00Z")]
    [InlineData("@monthly", "2026-12-31T22:59Z", "2026-12-31T23:00Z", "2027-01-31T23:00Z", "2027-02-28T23:00Z")]
    public void DueInBerlin_OnceAtEachTimeOfTheClockThere(string cron, string after, params string[] expected)
    {
        var recurrence = Recurrence.Of(cron, "Europe/Berlin");

        DateTimeOffset[] due = [.. recurrence.Between(At(after), At(after).AddYears(1)).Take(expected.Length)];

        Assert.Equal(expected.Select(At), due);
    }

    [Theory]
    [InlineData("61 * * * *", "UTC", "cron:")]
    [InlineData("* * * *", "UTC", "cron:")]
    [InlineData("", "UTC", "cron:")]
    [InlineData("@daily", "Europe/Berlim", "zone:")]
    [InlineData("@daily", "../../etc/passwd", "zone:")]
    [InlineData("@daily", "", "zone:")]
    public void WrongTerms_SayTheirPlace(string cron, string zone, string place) =>
        Assert.StartsWith(place, Assert.Throws<ScheduleException>(() => Recurrence.Of(cron, zone)).Message, StringComparison.Ordinal);

    [Fact]
    public void DayThatNeverIs_IsNeverDue() => Assert.Null(Recurrence.Of("0 0 30 2 *", "UTC").NextAfter(At("2026-01-01T00:00Z")));

    internal static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
