namespace Orchestrator.Agent.Notifications;

/// <summary>When a channel may be used, on the clock of a place. A time that the clock skips is the moment of the skip; of one that comes twice the first counts.</summary>
/// <param name="Zone">The place.</param>
/// <param name="Quiet">From when until when nothing is sent; null for never.</param>
/// <param name="Urgent">The kinds that are sent at once all the same.</param>
/// <param name="DigestAt">When what was collected is sent; null for at once.</param>
public sealed record ChannelHours(TimeZoneInfo Zone, (TimeOnly From, TimeOnly To)? Quiet, IReadOnlyList<NoticeKind> Urgent, TimeOnly? DigestAt)
{
    /// <summary>Whether something that happens then is held back; what was is summed up in one message.</summary>
    public bool Holds(NoticeKind kind, DateTimeOffset at) => DueAt(kind, at) > at;

    /// <summary>When something that happens then is to be sent.</summary>
    public DateTimeOffset DueAt(NoticeKind kind, DateTimeOffset at)
    {
        if (Urgent.Contains(kind))
        {
            return at;
        }

        DateTimeOffset due = DigestAt is { } digest ? NextAfter(at, digest) : at;
        return QuietUntil(kind, due) ?? due;
    }

    /// <summary>When the quiet of that moment ends; null if it isn't quiet for such a thing.</summary>
    public DateTimeOffset? QuietUntil(NoticeKind kind, DateTimeOffset at)
    {
        if (Quiet is not { } quiet || Urgent.Contains(kind))
        {
            return null;
        }

        DateOnly today = DayOf(at);
        for (int day = -1; day <= 1; day++)
        {
            DateOnly begins = today.AddDays(day);
            DateTimeOffset end = MomentOf(quiet.To > quiet.From ? begins : begins.AddDays(1), quiet.To);
            if (MomentOf(begins, quiet.From) <= at && at < end)
            {
                return end;
            }
        }

        return null;
    }

    private DateTimeOffset NextAfter(DateTimeOffset at, TimeOnly time)
    {
        DateOnly today = DayOf(at);
        return Enumerable.Range(0, 3).Select(day => MomentOf(today.AddDays(day), time)).First(moment => moment > at);
    }

    private DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, Zone).DateTime);

    private DateTimeOffset MomentOf(DateOnly day, TimeOnly time)
    {
        DateTime local = day.ToDateTime(time);
        if (Zone.IsInvalidTime(local))
        {
            // Minute by minute to the first time that the clock shows again: a skip is at most a few hours.
            do
            {
                local = local.AddMinutes(1);
            }
            while (Zone.IsInvalidTime(local));
        }

        TimeSpan offset = Zone.IsAmbiguousTime(local) ? Zone.GetAmbiguousTimeOffsets(local).Max() : Zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
