using Google.Protobuf.WellKnownTypes;
using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Stores;

/// <summary>The events that the hub itself writes. Every event has a time: workers fail on one without.</summary>
internal static class HistoryEvents
{
    /// <summary>The id of an event that no action caused.</summary>
    public const int NoAction = -1;

    public static HistoryEvent At(DateTimeOffset now, int eventId = NoAction) =>
        new() { EventId = eventId, Timestamp = now.ToTimestamp() };

    public static HistoryEvent TurnStarted(DateTimeOffset now)
    {
        HistoryEvent happened = At(now);
        happened.OrchestratorStarted = new OrchestratorStartedEvent();
        return happened;
    }

    public static HistoryEvent TurnCompleted(DateTimeOffset now)
    {
        HistoryEvent happened = At(now);
        happened.OrchestratorCompleted = new OrchestratorCompletedEvent();
        return happened;
    }

    public static HistoryEvent Started(ExecutionStartedEvent started, DateTimeOffset now)
    {
        HistoryEvent happened = At(now);
        happened.ExecutionStarted = started;
        return happened;
    }

    public static HistoryEvent Completed(
        OrchestrationStatus status, string? result, TaskFailureDetails? failure, DateTimeOffset now, int eventId = NoAction)
    {
        HistoryEvent happened = At(now, eventId);
        happened.ExecutionCompleted = new ExecutionCompletedEvent
        {
            OrchestrationStatus = status,
            Result = result,
            FailureDetails = failure,
        };
        return happened;
    }

    public static HistoryEvent Raised(string name, string? input, DateTimeOffset now)
    {
        HistoryEvent happened = At(now);
        happened.EventRaised = new EventRaisedEvent { Name = name, Input = input };
        return happened;
    }

    public static HistoryEvent Terminated(string? output, bool recurse, DateTimeOffset now)
    {
        HistoryEvent happened = At(now);
        happened.ExecutionTerminated = new ExecutionTerminatedEvent { Input = output, Recurse = recurse };
        return happened;
    }

    public static HistoryEvent Suspended(string? reason, DateTimeOffset now)
    {
        HistoryEvent happened = At(now);
        happened.ExecutionSuspended = new ExecutionSuspendedEvent { Input = reason };
        return happened;
    }

    public static HistoryEvent Resumed(string? reason, DateTimeOffset now)
    {
        HistoryEvent happened = At(now);
        happened.ExecutionResumed = new ExecutionResumedEvent { Input = reason };
        return happened;
    }

    /// <param name="rewound">The execution that goes on.</param>
    /// <param name="parent">The execution that rewinds it together with itself; null if somebody asked for it.</param>
    /// <param name="reason">Why, in the words of who asked.</param>
    /// <param name="now">When.</param>
    public static HistoryEvent Rewound(Instance rewound, OrchestrationInstance? parent, string? reason, DateTimeOffset now)
    {
        HistoryEvent happened = At(now);
        happened.ExecutionRewound = new ExecutionRewoundEvent
        {
            Reason = reason,
            InstanceId = rewound.InstanceId,
            ParentExecutionId = parent?.ExecutionId,
        };
        return happened;
    }

    public static HistoryEvent TimerFired(int timerId, DateTimeOffset fireAt, DateTimeOffset now)
    {
        HistoryEvent happened = At(now);
        happened.TimerFired = new TimerFiredEvent { TimerId = timerId, FireAt = fireAt.ToTimestamp() };
        return happened;
    }

    public static HistoryEvent TaskCompleted(int taskId, string? result, DateTimeOffset now)
    {
        HistoryEvent happened = At(now);
        happened.TaskCompleted = new TaskCompletedEvent { TaskScheduledId = taskId, Result = result };
        return happened;
    }

    public static HistoryEvent TaskFailed(int taskId, TaskFailureDetails failure, DateTimeOffset now)
    {
        HistoryEvent happened = At(now);
        happened.TaskFailed = new TaskFailedEvent { TaskScheduledId = taskId, FailureDetails = failure };
        return happened;
    }

    public static HistoryEvent ChildCompleted(int taskId, string? result, DateTimeOffset now)
    {
        HistoryEvent happened = At(now);
        happened.SubOrchestrationInstanceCompleted = new SubOrchestrationInstanceCompletedEvent
        {
            TaskScheduledId = taskId,
            Result = result,
        };
        return happened;
    }

    public static HistoryEvent ChildFailed(int taskId, TaskFailureDetails failure, DateTimeOffset now)
    {
        HistoryEvent happened = At(now);
        happened.SubOrchestrationInstanceFailed = new SubOrchestrationInstanceFailedEvent
        {
            TaskScheduledId = taskId,
            FailureDetails = failure,
        };
        return happened;
    }
}
