using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Stores;

/// <summary>Finds what nobody has answered yet by reading histories: once, when a hub opens its store.</summary>
internal static class OpenActivities
{
    public static IReadOnlyList<PendingActivity> PendingActivities(this HubTables tables) =>
        tables.Instances.WithOpenTasks().SelectMany(tables.PendingActivities).ToList();

    /// <summary>
    /// Notes the activities that the instance leaves open with its end. They are done even so, unless it was terminated; but their
    /// results are told to nobody, and only this note says which of them are still to be done.
    /// </summary>
    public static void LeaveOpen(this HubTables tables, Instance ended)
    {
        IReadOnlyList<PendingActivity> left =
            ended.OpenTasks > 0 && ended.Status != OrchestrationStatus.Terminated
                ? tables.Unanswered(ended, tables.ActivityAttempts.Read(ended.Key))
                : [];
        tables.ActivityAttempts.RemoveAll(ended.Key);
        foreach (PendingActivity activity in left)
        {
            tables.ActivityAttempts.Save(ended.Key, activity.Request.TaskId, activity.Attempts);
        }
    }

    /// <summary>Whether somebody has still to do the activity that the instance asked for.</summary>
    public static bool IsToBeDone(this HubTables tables, Instance asker, int taskId) =>
        !asker.IsTerminal || tables.ActivityAttempts.Read(asker.Key).ContainsKey(taskId);

    private static IEnumerable<PendingActivity> PendingActivities(this HubTables tables, Instance instance)
    {
        IReadOnlyDictionary<int, int> attempts = tables.ActivityAttempts.Read(instance.Key);
        return tables.Unanswered(instance, attempts)
            .Where(activity => !instance.IsTerminal || attempts.ContainsKey(activity.Request.TaskId));
    }

    private static List<PendingActivity> Unanswered(
        this HubTables tables, Instance instance, IReadOnlyDictionary<int, int> attempts)
    {
        IReadOnlyList<HistoryEvent> history = tables.Histories.Read(instance.Key);
        HashSet<int> answered = history
            .Concat(tables.Inboxes.Read(instance.Key, int.MaxValue).Select(message => message.Event))
            .Select(AnsweredTask)
            .OfType<int>()
            .ToHashSet();
        return history
            .Where(happened => happened.TaskScheduled is not null && !answered.Contains(happened.EventId))
            .DistinctBy(scheduled => scheduled.EventId)
            .Select(scheduled => new PendingActivity(
                instance, scheduled.Request(instance), attempts.GetValueOrDefault(scheduled.EventId)))
            .ToList();
    }

    /// <summary>The work that a TaskScheduled event of the instance asks for.</summary>
    public static ActivityRequest Request(this HistoryEvent scheduled, Instance instance)
    {
        TaskScheduledEvent task = scheduled.TaskScheduled;
        return new ActivityRequest
        {
            Name = task.Name,
            Version = task.Version,
            Input = task.Input,
            OrchestrationInstance = instance.Execution(),
            TaskId = scheduled.EventId,
            ParentTraceContext = task.ParentTraceContext,
            Tags = { task.Tags },
        };
    }

    /// <summary>The id of the activity whose result this is; null if it is none.</summary>
    public static int? AnsweredTask(this HistoryEvent happened) => happened.EventTypeCase switch
    {
        HistoryEvent.EventTypeOneofCase.TaskCompleted => happened.TaskCompleted.TaskScheduledId,
        HistoryEvent.EventTypeOneofCase.TaskFailed => happened.TaskFailed.TaskScheduledId,
        _ => null,
    };
}
