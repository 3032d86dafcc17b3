using System.Text.Json.Serialization;

namespace Orchestrator.Agent.Schedules;

/// <summary>A schedule as programs see it, at the command line and over HTTP.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Cron">When it is due.</param>
/// <param name="Zone">On whose clock.</param>
/// <param name="Missed">What becomes of what was due while nobody was there.</param>
/// <param name="Overlap">What becomes of what is due while the run before it is under way.</param>
/// <param name="Owner">Who asks for its runs.</param>
/// <param name="PausedBy">Who paused it; null while it isn't.</param>
/// <param name="NextAt">When it is due next; null while it is paused, or if it never is again.</param>
public sealed record ScheduleView(
    string Name, string Tenant, string Cron, string Zone, MissedRuns Missed, OverlappingRuns Overlap, string Owner, string? PausedBy, DateTimeOffset? NextAt)
{
    /// <summary>What was due last, the newest first; only where one schedule is asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Occurrence>? Occurrences { get; init; }

    public static ScheduleView Of(Schedule schedule, DateTimeOffset now) => new(
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

/// <summary>Schedules as programs see them.</summary>
public sealed record ScheduleList(IReadOnlyList<ScheduleView> Schedules);
