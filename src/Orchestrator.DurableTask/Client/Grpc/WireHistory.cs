using DurableTask.Core;
using DurableTask.Core.History;
using Microsoft.DurableTask.Converters;
using Wire = Orchestrator.Protocol;

namespace Microsoft.DurableTask.Client.Grpc;

/// <summary>Events of a history, from the wire.</summary>
internal static class WireHistory
{
    public static HistoryEvent Read(Wire.HistoryEvent wire)
    {
        HistoryEvent read = ReadBody(wire);
        read.Timestamp = wire.Timestamp.ToDateTime();
        return read;
    }

    private static HistoryEvent ReadBody(Wire.HistoryEvent wire)
    {
        int id = wire.EventId;
        return wire switch
        {
            { ExecutionStarted: { } e } => new ExecutionStartedEvent
            {
                EventId = id,
                Name = e.Name,
                Version = e.Version,
                Input = e.Input,
                Tags = new Dictionary<string, string>(e.Tags),
            },
            { ExecutionCompleted: { } e } => new ExecutionCompletedEvent
            {
                EventId = id,
                OrchestrationStatus = (OrchestrationStatus)e.OrchestrationStatus,
                Result = e.Result,
                FailureDetails = Failure(e.FailureDetails),
            },
            { ExecutionTerminated: { } e } => new ExecutionTerminatedEvent { EventId = id, Input = e.Input },
            { ExecutionSuspended: { } e } => new ExecutionSuspendedEvent { EventId = id, Reason = e.Input },
            { ExecutionResumed: { } e } => new ExecutionResumedEvent { EventId = id, Reason = e.Input },
            { OrchestratorStarted: not null } => new OrchestratorStartedEvent { EventId = id },
            { OrchestratorCompleted: not null } => new OrchestratorCompletedEvent { EventId = id },
            { EventSent: { } e } => new EventSentEvent { EventId = id, InstanceId = e.InstanceId, Name = e.Name, Input = e.Input },
            { EventRaised: { } e } => new EventRaisedEvent { EventId = id, Name = e.Name, Input = e.Input },
            _ => ReadCall(wire) ?? new GenericEvent { EventId = id, Data = wire.GenericEvent?.Data ?? wire.EventTypeCase.ToString() },
        };
    }

    private static HistoryEvent? ReadCall(Wire.HistoryEvent wire)
    {
        int id = wire.EventId;
        return wire switch
        {
            { TaskScheduled: { } e } => new TaskScheduledEvent
            {
                EventId = id,
                Name = e.Name,
                Version = e.Version,
                Input = e.Input,
                Tags = new Dictionary<string, string>(e.Tags),
            },
            { TaskCompleted: { } e } => new TaskCompletedEvent { EventId = id, TaskScheduledId = e.TaskScheduledId, Result = e.Result },
            { TaskFailed: { } e } => new TaskFailedEvent
            {
                EventId = id,
                TaskScheduledId = e.TaskScheduledId,
                FailureDetails = Failure(e.FailureDetails),
            },
            { SubOrchestrationInstanceCreated: { } e } => new SubOrchestrationInstanceCreatedEvent
            {
                EventId = id,
                Name = e.Name,
                Version = e.Version,
                InstanceId = e.InstanceId,
                Input = e.Input,
                Tags = new Dictionary<string, string>(e.Tags),
            },
            { SubOrchestrationInstanceCompleted: { } e } => new SubOrchestrationInstanceCompletedEvent
            {
                EventId = id,
                TaskScheduledId = e.TaskScheduledId,
                Result = e.Result,
            },
            { SubOrchestrationInstanceFailed: { } e } => new SubOrchestrationInstanceFailedEvent
            {
                EventId = id,
                TaskScheduledId = e.TaskScheduledId,
                FailureDetails = Failure(e.FailureDetails),
            },
            { TimerCreated: { } e } => new TimerCreatedEvent { EventId = id, FireAt = e.FireAt.ToDateTime() },
            { TimerFired: { } e } => new TimerFiredEvent { EventId = id, TimerId = e.TimerId, FireAt = e.FireAt.ToDateTime() },
            _ => null,
        };
    }

    private static FailureDetails? Failure(Wire.TaskFailureDetails? wire) =>
        wire is null ? null : new FailureDetails(WireFailure.Read(wire));
}
