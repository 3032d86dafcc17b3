using Microsoft.DurableTask;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Stores;

namespace Orchestrator.Agent.Schedules;

/// <summary>
/// Keeps one schedule; its instance id is the schedule's. What is stored is the truth: it is looked at when something is due, when its doorbell rings,
/// and every hour in any case.
/// </summary>
[DurableTask(nameof(ScheduleOrchestrator), Version = NewestVersion)]
public sealed class ScheduleOrchestrator : TaskOrchestrator<string, bool>
{
    public const string NewestVersion = "6";

    /// <summary>Looks before it continues as new.</summary>
    internal const int LooksOfGeneration = 50;

    internal static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>A timer may be early by less than this; then nothing is due yet.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(100);

    public override async Task<bool> RunAsync(TaskOrchestrationContext context, string schedule)
    {
        for (int look = 0; look < LooksOfGeneration; look++)
        {
            ScheduleLook stands = await context.CallActivityAsync<ScheduleLook>(nameof(AttendSchedule), schedule, StepRetries.Durable);
            if (stands.IsOver)
            {
                return true;
            }

            TimeSpan wait = stands.NextIn is { } next && next < LongestWait ? next : LongestWait;
            await context.WaitForDoorbellAsync(wait > ShortestWait ? wait : ShortestWait);
        }

        context.ContinueAsNew(schedule);
        return false;
    }
}
