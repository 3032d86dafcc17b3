using Cronos;

namespace Orchestrator.Agent.Schedules;

/// <summary>When a schedule is due: a cron expression on the clock of a place.</summary>
/// <remarks>
/// Where clocks are put forward, what would fall into the hour that is not there is due at its end; where they are put back, what is due at a time
/// of day is due once, and what is due every so many minutes or hours goes on through both hours (Cronos).
/// </remarks>
public sealed class Recurrence
{
    private readonly CronExpression _cron;
    private readonly TimeZoneInfo _zone;

    private Recurrence(CronExpression cron, TimeZoneInfo zone)
    {
        _cron = cron;
        _zone = zone;
    }

    /// <param name="cron">Five fields (minute, hour, day of month, month, day of week), or a macro as <c>@daily</c>.</param>
    /// <param name="zone">A name of the time zone database, as in <c>Europe/Berlin</c>.</param>
    /// <exception cref="ScheduleException">One of them can't be read, or nothing is ever due.</exception>
    public static Recurrence Of(string cron, string zone)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out TimeZoneInfo? found))
        {
            throw new ScheduleException($"zone: there is no time zone '{zone}'; use a name as in Europe/Berlin, America/New_York, or UTC.");
        }

        if (!CronExpression.TryParse(cron, out CronExpression? parsed))
        {
            throw new ScheduleException($"cron: '{cron}' is none; write five fields (minute, hour, day of month, month, day of week), as in '30 2 * * MON-FRI', or @daily.");
        }

        return new Recurrence(parsed, found);
    }

    /// <returns>Null if nothing is due any more.</returns>
    public DateTimeOffset? NextAfter(DateTimeOffset moment) => _cron.GetNextOccurrence(moment, _zone)?.ToUniversalTime();

    /// <summary>What is due after one moment and until another, that one included.</summary>
    public IEnumerable<DateTimeOffset> Between(DateTimeOffset after, DateTimeOffset until)
    {
        for (DateTimeOffset? due = NextAfter(after); due is { } one && one <= until; due = NextAfter(one))
        {
            yield return one;
        }
    }
}
