using Orchestrator.Agent.Notifications;

namespace Orchestrator.Notifications.Tests;

public sealed class ChannelHoursTests
{
    // Summer time began there on 2026-03-29 at 02:00, which became 03:00, and ended on 2026-10-25 at 03:00, which became 02:00.
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("2026-03-28T20:59:00Z", null)]
    [InlineData("2026-03-28T21:00:00Z", "2026-03-29T05:00:00Z")] // the night that is an hour short
    [InlineData("2026-03-29T04:59:00Z", "2026-03-29T05:00:00Z")]
    [InlineData("2026-03-29T05:00:00Z", null)]
    [InlineData("2026-10-24T20:00:00Z", "2026-10-25T06:00:00Z")] // the night that is an hour long
    [InlineData("2026-10-25T05:59:00Z", "2026-10-25T06:00:00Z")]
    [InlineData("2026-10-25T06:00:00Z", null)]
    public void NightOfAClockChange_EndsByTheClockOnTheWall(string at, string? ends)
    {
        ChannelHours hours = Hours(quiet: ("22:00", "07:00"));

        Assert.Equal(ends is null ? null : Moment(ends), hours.QuietUntil(NoticeKind.ApprovalOpened, Moment(at)));
    }

    [Theory]
    [InlineData("2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z")] // 02:30 is skipped: at the skip
    [InlineData("2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z")] // 02:30 comes twice: the first
    [InlineData("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z")] // and only that
    public void DigestWithinAClockChange_ComesOnce(string at, string due) =>
        Assert.Equal(Moment(due), Hours(digest: "02:30").DueAt(NoticeKind.ApprovalOpened, Moment(at)));

    [Fact]
    public void QuietThatEndsInTheHourThatComesTwice_EndsOnce()
    {
        ChannelHours hours = Hours(quiet: ("22:00", "02:30"));

        Assert.NotNull(hours.QuietUntil(NoticeKind.ApprovalOpened, Moment("2026-10-25T00:29:00Z")));
        Assert.Null(hours.QuietUntil(NoticeKind.ApprovalOpened, Moment("2026-10-25T00:31:00Z")));
        Assert.Null(hours.QuietUntil(NoticeKind.ApprovalOpened, Moment("2026-10-25T01:10:00Z")));
    }

    [Fact]
    public void Urgent_WaitsForNothing()
    {
        ChannelHours hours = Hours(("22:00", "07:00"), "09:00", NoticeKind.ApprovalEscalated);
        DateTimeOffset night = Moment("2026-06-01T01:00:00Z");

        Assert.Equal(night, hours.DueAt(NoticeKind.ApprovalEscalated, night));
        Assert.Equal(Moment("2026-06-01T07:00:00Z"), hours.DueAt(NoticeKind.ApprovalOpened, night));
    }

    private static ChannelHours Hours((string From, string To)? quiet = null, string? digest = null, params NoticeKind[] urgent) => new(
        Berlin, quiet is { } span ? (TimeOnly.Parse(span.From), TimeOnly.Parse(span.To)) : null, urgent, digest is null ? null : TimeOnly.Parse(digest));

    private static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text);
}
