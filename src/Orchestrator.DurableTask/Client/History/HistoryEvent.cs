namespace DurableTask.Core.History;

/// <summary>One thing that happened to an orchestration instance.</summary>
public abstract class HistoryEvent
{
    /// <summary>The number of the action that caused it; -1 if none did.</summary>
    public int EventId { get; internal init; }

    /// <summary>When it happened, in UTC.</summary>
    public DateTime Timestamp { get; set; }

    /// <summary>What kind of thing it is.</summary>
    public abstract EventType EventType { get; }
}

/// <summary>The instance was started.</summary>
public sealed class ExecutionStartedEvent : HistoryEvent
{
    /// <inheritdoc />
    public override EventType EventType => EventType.ExecutionStarted;

    /// <summary>The orchestrator.</summary>
    public string? Name { get; set; }

    /// <summary>Its version.</summary>
    public string? Version { get; set; }

    /// <summary>Its input.</summary>
    public string? Input { get; set; }

    /// <summary>The instance's labels.</summary>
    public IDictionary<string, string>? Tags { get; set; }
}

/// <summary>The generation ended.</summary>
public sealed class ExecutionCompletedEvent : HistoryEvent
{
    /// <inheritdoc />
    public override EventType EventType => EventType.ExecutionCompleted;

    /// <summary>How.</summary>
    public OrchestrationStatus OrchestrationStatus { get; internal init; }

    /// <summary>With what output.</summary>
    public string? Result { get; internal init; }

    /// <summary>Why, if it failed.</summary>
    public FailureDetails? FailureDetails { get; internal init; }
}

/// <summary>A client ended the instance.</summary>
public sealed class ExecutionTerminatedEvent : HistoryEvent
{
    /// <inheritdoc />
    public override EventType EventType => EventType.ExecutionTerminated;

    /// <summary>The output that the client gave.</summary>
    public string? Input { get; set; }
}

/// <summary>An activity was called.</summary>
public sealed class TaskScheduledEvent : HistoryEvent
{
    /// <inheritdoc />
    public override EventType EventType => EventType.TaskScheduled;

    /// <summary>The activity.</summary>
    public string? Name { get; set; }

    /// <summary>Its version.</summary>
    public string? Version { get; set; }

    /// <summary>Its input.</summary>
    public string? Input { get; set; }

    /// <summary>The call's labels.</summary>
    public IDictionary<string, string>? Tags { get; set; }
}

/// <summary>An activity ended well.</summary>
public sealed class TaskCompletedEvent : HistoryEvent
{
    /// <inheritdoc />
    public override EventType EventType => EventType.TaskCompleted;

    /// <summary>The number of the call.</summary>
    public int TaskScheduledId { get; internal init; }

    /// <summary>Its result.</summary>
    public string? Result { get; internal init; }
}

/// <summary>An activity failed.</summary>
public sealed class TaskFailedEvent : HistoryEvent
{
    /// <inheritdoc />
    public override EventType EventType => EventType.TaskFailed;

    /// <summary>The number of the call.</summary>
    public int TaskScheduledId { get; internal init; }

    /// <summary>Why.</summary>
    public FailureDetails? FailureDetails { get; internal init; }
}

/// <summary>A sub-orchestration was called.</summary>
public sealed class SubOrchestrationInstanceCreatedEvent : HistoryEvent
{
    /// <inheritdoc />
    public override EventType EventType => EventType.SubOrchestrationInstanceCreated;

    /// <summary>The orchestrator.</summary>
    public string? Name { get; set; }

    /// <summary>Its version.</summary>
    public string? Version { get; set; }

    /// <summary>The child's instance id.</summary>
    public string? InstanceId { get; set; }

    /// <summary>Its input.</summary>
    public string? Input { get; set; }

    /// <summary>The call's labels.</summary>
    public IDictionary<string, string>? Tags { get; set; }
}

/// <summary>A sub-orchestration ended well.</summary>
public sealed class SubOrchestrationInstanceCompletedEvent : HistoryEvent
{
    /// <inheritdoc />
    public override EventType EventType => EventType.SubOrchestrationInstanceCompleted;

    /// <summary>The number of the call.</summary>
    public int TaskScheduledId { get; internal init; }

    /// <summary>Its output.</summary>
    public string? Result { get; internal init; }
}

/// <summary>A sub-orchestration failed.</summary>
public sealed class SubOrchestrationInstanceFailedEvent : HistoryEvent
{
    /// <inheritdoc />
    public override EventType EventType => EventType.SubOrchestrationInstanceFailed;

    /// <summary>The number of the call.</summary>
    public int TaskScheduledId { get; internal init; }

    /// <summary>Why.</summary>
    public FailureDetails? FailureDetails { get; internal init; }
}

/// <summary>A timer was set.</summary>
public sealed class TimerCreatedEvent : HistoryEvent
{
    /// <inheritdoc />
    public override EventType EventType => EventType.TimerCreated;

    /// <summary>For when, in UTC.</summary>
    public DateTime FireAt { get; set; }
}

/// <summary>A timer's time came.</summary>
public sealed class TimerFiredEvent : HistoryEvent
{
    /// <inheritdoc />
    public override EventType EventType => EventType.TimerFired;

    /// <summary>The number of the timer.</summary>
    public int TimerId { get; set; }

    /// <summary>When it was due, in UTC.</summary>
    public DateTime FireAt { get; set; }
}

/// <summary>A turn began.</summary>
public sealed class OrchestratorStartedEvent : HistoryEvent
{
    /// <inheritdoc />
    public override EventType EventType => EventType.OrchestratorStarted;
}

/// <summary>A turn ended.</summary>
public sealed class OrchestratorCompletedEvent : HistoryEvent
{
    /// <inheritdoc />
    public override EventType EventType => EventType.OrchestratorCompleted;
}

/// <summary>The instance sent an event.</summary>
public sealed class EventSentEvent : HistoryEvent
{
    /// <inheritdoc />
    public override EventType EventType => EventType.EventSent;

    /// <summary>To whom.</summary>
    public string? InstanceId { get; set; }

    /// <summary>The event's name.</summary>
    public string? Name { get; set; }

    /// <summary>What it said.</summary>
    public string? Input { get; set; }
}

/// <summary>The instance got an event.</summary>
public sealed class EventRaisedEvent : HistoryEvent
{
    /// <inheritdoc />
    public override EventType EventType => EventType.EventRaised;

    /// <summary>The event's name.</summary>
    public string? Name { get; set; }

    /// <summary>What it said.</summary>
    public string? Input { get; set; }
}

/// <summary>A client paused the instance.</summary>
public sealed class ExecutionSuspendedEvent : HistoryEvent
{
    /// <inheritdoc />
    public override EventType EventType => EventType.ExecutionSuspended;

    /// <summary>Why.</summary>
    public string? Reason { get; internal init; }
}

/// <summary>A client let the instance go on.</summary>
public sealed class ExecutionResumedEvent : HistoryEvent
{
    /// <inheritdoc />
    public override EventType EventType => EventType.ExecutionResumed;

    /// <summary>Why.</summary>
    public string? Reason { get; internal init; }
}

/// <summary>Anything else.</summary>
public sealed class GenericEvent : HistoryEvent
{
    /// <inheritdoc />
    public override EventType EventType => EventType.GenericEvent;

    /// <summary>What it says.</summary>
    public string? Data { get; set; }
}
