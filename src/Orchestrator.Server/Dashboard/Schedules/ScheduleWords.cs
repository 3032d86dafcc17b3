using Orchestrator.Agent.Schedules;

namespace Orchestrator.Server.Dashboard.Schedules;

/// <summary>What schedules say, in words.</summary>
internal static class ScheduleWords
{
    public static string Of(MissedRuns missed) => missed switch
    {
        MissedRuns.Skip => "are left out",
        MissedRuns.Coalesce => "become one run",
        MissedRuns.CatchUp => "are all caught up on",
    };

    public static string Of(OverlappingRuns overlap) => overlap switch
    {
        OverlappingRuns.Skip => "has the next left out",
        OverlappingRuns.Wait => "has the next wait",
        OverlappingRuns.Allow => "has the next begin beside it",
    };

    public static string Of(OccurrenceState state) => state switch
    {
        OccurrenceState.Started => "became run",
        OccurrenceState.Waiting => "waits",
        OccurrenceState.Skipped => "left out",
        OccurrenceState.Missed => "missed",
        OccurrenceState.Failed => "could not begin",
    };
}
