using Microsoft.DurableTask;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.People;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Routing;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Schedules;

/// <summary>How a schedule stands.</summary>
/// <param name="IsOver">It was removed.</param>
/// <param name="NextIn">When it wants to be looked at again; null if nothing is due any more, or it is paused.</param>
public sealed record ScheduleLook(bool IsOver, TimeSpan? NextIn);

/// <summary>Begins the runs of a schedule that are due. Each is submitted under a key of its own, so that a repetition begins none twice.</summary>
public sealed class AttendSchedule(IScheduleStore schedules, RunClient runs, TimeProvider time) : TaskActivity<string, ScheduleLook>
{
    /// <summary>How soon it is looked whether the run is over that another waits for.</summary>
    private static readonly TimeSpan WaitsFor = TimeSpan.FromSeconds(30);

    public override async Task<ScheduleLook> RunAsync(TaskActivityContext context, string id)
    {
        CancellationToken cancellationToken = CancellationToken.None;
        DateTimeOffset now = time.GetUtcNow();
        if (await schedules.AttendAsync(id, cancellationToken) is not { } schedule)
        {
            return new ScheduleLook(IsOver: true, NextIn: null);
        }

        if (schedule.IsPaused)
        {
            return new ScheduleLook(IsOver: false, NextIn: null);
        }

        var recurrence = Recurrence.Of(schedule.Terms.Cron, schedule.Terms.Zone);
        var due = DueRuns.Of(recurrence, schedule.Terms.Missed, schedule.LookedUntil, now);
        if (due.Missed is { } missed)
        {
            await schedules.NoteAsync(id, missed, cancellationToken);
        }

        if (due.Begin.Count == 0 && await schedules.FindWaitingAsync(id, cancellationToken) is { } waiting)
        {
            await BeginAsync(schedule, waiting.DueAt, cancellationToken);
        }

        foreach (DateTimeOffset one in due.Begin)
        {
            await BeginAsync(schedule, one, cancellationToken);
        }

        TimeSpan? next = recurrence.NextAfter(now) - now;
        bool isWaiting = await schedules.FindWaitingAsync(id, cancellationToken) is not null;
        return new ScheduleLook(IsOver: false, isWaiting && !(next < WaitsFor) ? WaitsFor : next);
    }

    private async Task BeginAsync(Schedule schedule, DateTimeOffset due, CancellationToken cancellationToken)
    {
        string? before = schedule.Terms.Overlap == OverlappingRuns.Allow ? null : await schedules.FindUnfinishedRunAsync(schedule.Id, cancellationToken);
        Occurrence occurrence = before is null
            ? await SubmitAsync(schedule, due, cancellationToken)
            : schedule.Terms.Overlap == OverlappingRuns.Wait
                ? new Occurrence(due, OccurrenceState.Waiting, Reason: $"run {before} is still under way")
                : new Occurrence(due, OccurrenceState.Skipped, Reason: $"run {before} was still under way");
        await schedules.NoteAsync(schedule.Id, occurrence, cancellationToken);
    }

    private async Task<Occurrence> SubmitAsync(Schedule schedule, DateTimeOffset due, CancellationToken cancellationToken)
    {
        var key = SubmissionKey.Of(schedule.Tenant, schedule.Owner, $"{schedule.Id} {due:O}", schedule.Id);
        try
        {
            AgentTask task = TaskFileReader.Parse(schedule.Terms.Task, schedule.Terms.TaskFile);
            StoredSubmission stored = await runs.SubmitOnceAsync(task, key, cancellationToken);
            return new Occurrence(due, OccurrenceState.Started, stored.RunId);
        }
        catch (Exception failure) when (failure is TaskFileException or EnvironmentException or ProviderException or UnknownModelException
            or PolicyFileException or PeopleFileException or RoutingFileException or RefusalException)
        {
            return new Occurrence(due, OccurrenceState.Failed, Reason: failure.Message);
        }
    }
}
