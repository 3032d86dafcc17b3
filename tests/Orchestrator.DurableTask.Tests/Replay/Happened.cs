using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Orchestrator.Protocol;

namespace Orchestrator.DurableTask.Tests.Replay;

/// <summary>Events that a hub puts before an orchestrator.</summary>
internal static class Happened
{
    public static HistoryEvent ActivityCompleted(int id, object? result = null) =>
        new() { EventId = -1, TaskCompleted = new TaskCompletedEvent { TaskScheduledId = id, Result = Json(result) } };

    public static HistoryEvent ActivityFailed(int id, TaskFailureDetails failure) =>
        new() { EventId = -1, TaskFailed = new TaskFailedEvent { TaskScheduledId = id, FailureDetails = failure } };

    public static HistoryEvent ChildCompleted(int id, object? result = null) => new()
    {
        EventId = -1,
        SubOrchestrationInstanceCompleted = new SubOrchestrationInstanceCompletedEvent { TaskScheduledId = id, Result = Json(result) },
    };

    public static HistoryEvent ChildFailed(int id, TaskFailureDetails failure) => new()
    {
        EventId = -1,
        SubOrchestrationInstanceFailed = new SubOrchestrationInstanceFailedEvent { TaskScheduledId = id, FailureDetails = failure },
    };

    public static HistoryEvent TimerFired(int id) => new() { EventId = -1, TimerFired = new TimerFiredEvent { TimerId = id } };

    public static HistoryEvent Raised(string name, object? payload = null) =>
        new() { EventId = -1, EventRaised = new EventRaisedEvent { Name = name, Input = Json(payload) } };

    public static HistoryEvent Suspended() => new() { EventId = -1, ExecutionSuspended = new ExecutionSuspendedEvent() };

    public static HistoryEvent Resumed() => new() { EventId = -1, ExecutionResumed = new ExecutionResumedEvent() };

    public static HistoryEvent Terminated(object? output = null) =>
        new() { EventId = -1, ExecutionTerminated = new ExecutionTerminatedEvent { Input = Json(output) } };

    public static TaskFailureDetails Failure(string message, string type = "System.InvalidOperationException", bool isFinal = false) =>
        new() { ErrorType = type, ErrorMessage = message, IsNonRetriable = isFinal };

    /// <summary>The event by which history shows that an action was taken up; null for an end.</summary>
    public static HistoryEvent? Taken(OrchestratorAction action) => action switch
    {
        { ScheduleTask: { } call } => new HistoryEvent
        {
            EventId = action.Id,
            TaskScheduled = new TaskScheduledEvent { Name = call.Name, Version = call.Version, Input = call.Input },
        },
        { CreateTimer: { } timer } => new HistoryEvent
        {
            EventId = action.Id,
            TimerCreated = new TimerCreatedEvent { FireAt = timer.FireAt },
        },
        { CreateSubOrchestration: { } call } => new HistoryEvent
        {
            EventId = action.Id,
            SubOrchestrationInstanceCreated = new SubOrchestrationInstanceCreatedEvent { Name = call.Name, InstanceId = call.InstanceId },
        },
        { SendEvent: { } sent } => new HistoryEvent
        {
            EventId = action.Id,
            EventSent = new EventSentEvent { Name = sent.Name, InstanceId = sent.Instance.InstanceId, Input = sent.Data },
        },
        _ => null,
    };

    public static HistoryEvent At(this HistoryEvent happened, DateTime time)
    {
        happened.Timestamp ??= Timestamp.FromDateTime(time);
        return happened;
    }

    public static string? Json(object? value) => value is null ? null : JsonSerializer.Serialize(value);
}
