using Orchestrator.Agent.Schedules;

namespace Orchestrator.Cli.Scheduling;

/// <summary>A schedule as <c>schedule list --json</c> prints it.</summary>
internal sealed record ListedSchedule(
    string Name, string Tenant, string Cron, string Zone, MissedRuns Missed, OverlappingRuns Overlap, string Owner, string? PausedBy, DateTimeOffset? NextAt)
{
    public static ListedSchedule Of(Schedule schedule, DateTimeOffset now) => new(
        schedule.Terms.Name,
        schedule.Tenant,
        schedule.Terms.Cron,
        schedule.Terms.Zone,
        schedule.Terms.Missed,
        schedule.Terms.Overlap,
        schedule.Owner,
        schedule.PausedBy,
        schedule.NextAfter(now));
}

/// <summary>All of them.</summary>
internal sealed record ScheduleList(IReadOnlyList<ListedSchedule> Schedules);

/// <summary>What <c>schedule show --json</c> prints: what was due, the newest first.</summary>
internal sealed record ScheduleDetails(ListedSchedule Schedule, IReadOnlyList<Occurrence> Occurrences);

/// <summary>What <c>schedule remove --json</c> prints.</summary>
internal sealed record RemovedSchedule(string Name);
