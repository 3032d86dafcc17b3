namespace Orchestrator.Agent.Schedules;

/// <summary>What becomes of what was due while nobody was there to begin it.</summary>
public enum MissedRuns
{
    /// <summary>It is left out.</summary>
    Skip,

    /// <summary>One run stands for all of it.</summary>
    Coalesce,

    /// <summary>All of it is begun, the newest <see cref="DueRuns.MostCaughtUp"/> at most.</summary>
    CatchUp,
}

/// <summary>What becomes of what is due while a run of the same schedule is still under way.</summary>
public enum OverlappingRuns
{
    /// <summary>It is left out.</summary>
    Skip,

    /// <summary>It waits; of several the newest.</summary>
    Wait,

    /// <summary>It is begun beside the other.</summary>
    Allow,
}

/// <summary>What is wanted of a schedule.</summary>
public sealed record ScheduleTerms
{
    /// <summary>What it is called, in its tenant.</summary>
    public required string Name { get; init; }

    /// <inheritdoc cref="Recurrence.Of"/>
    public required string Cron { get; init; }

    public required string Zone { get; init; }

    public MissedRuns Missed { get; init; } = MissedRuns.Coalesce;

    public OverlappingRuns Overlap { get; init; } = OverlappingRuns.Skip;

    /// <summary>The task file's text; it is read anew for each run.</summary>
    public required string Task { get; init; }

    /// <summary>Where the text is from: relative paths in it lead from there.</summary>
    public required string TaskFile { get; init; }
}

/// <summary>A task that is begun again and again. Its id is that of the orchestration that keeps it.</summary>
/// <param name="Id">The id.</param>
/// <param name="Tenant">Whose runs it makes.</param>
/// <param name="Owner">Who asks for its runs.</param>
/// <param name="Terms">What is wanted.</param>
/// <param name="LookedUntil">What was due until then is settled.</param>
/// <param name="PausedBy">Who paused it; null while it isn't.</param>
public sealed record Schedule(string Id, string Tenant, string Owner, ScheduleTerms Terms, DateTimeOffset LookedUntil, string? PausedBy)
{
    public bool IsPaused => PausedBy is not null;

    /// <returns>Null while it is paused, or if nothing is due any more.</returns>
    public DateTimeOffset? NextAfter(DateTimeOffset now) => IsPaused ? null : Recurrence.Of(Terms.Cron, Terms.Zone).NextAfter(now);
}

/// <summary>What has become of what was due.</summary>
public enum OccurrenceState
{
    /// <summary>It became a run.</summary>
    Started,

    /// <summary>It waits for the run before it.</summary>
    Waiting,

    /// <summary>A run of the schedule was still under way.</summary>
    Skipped,

    /// <summary>Nobody was there when it was due.</summary>
    Missed,

    /// <summary>Its task could not become a run.</summary>
    Failed,
}

/// <summary>Something that was due, once.</summary>
/// <param name="DueAt">When.</param>
/// <param name="State">What has become of it.</param>
/// <param name="RunId">The run that it became.</param>
/// <param name="Reason">Why it became none.</param>
/// <param name="Count">How many it stands for: what was missed is told together.</param>
public sealed record Occurrence(DateTimeOffset DueAt, OccurrenceState State, string? RunId = null, string? Reason = null, int Count = 1);
