namespace DurableTask.Core.History;

/// <summary>The kinds of events in a history; those without a class here come as <see cref="GenericEvent"/>.</summary>
public enum EventType
{
    /// <summary>The instance was started.</summary>
    ExecutionStarted,

    /// <summary>The generation ended.</summary>
    ExecutionCompleted,

    /// <summary>The generation failed; kept for old histories.</summary>
    ExecutionFailed,

    /// <summary>A client ended the instance.</summary>
    ExecutionTerminated,

    /// <summary>An activity was called.</summary>
    TaskScheduled,

    /// <summary>An activity ended well.</summary>
    TaskCompleted,

    /// <summary>An activity failed.</summary>
    TaskFailed,

    /// <summary>A sub-orchestration was called.</summary>
    SubOrchestrationInstanceCreated,

    /// <summary>A sub-orchestration ended well.</summary>
    SubOrchestrationInstanceCompleted,

    /// <summary>A sub-orchestration failed.</summary>
    SubOrchestrationInstanceFailed,

    /// <summary>A timer was set.</summary>
    TimerCreated,

    /// <summary>A timer's time came.</summary>
    TimerFired,

    /// <summary>A turn began.</summary>
    OrchestratorStarted,

    /// <summary>A turn ended.</summary>
    OrchestratorCompleted,

    /// <summary>The instance sent an event.</summary>
    EventSent,

    /// <summary>The instance got an event.</summary>
    EventRaised,

    /// <summary>The instance started over.</summary>
    ContinueAsNew,

    /// <summary>Anything else.</summary>
    GenericEvent,

    /// <summary>A note of the instance's state.</summary>
    HistoryState,

    /// <summary>A client paused the instance.</summary>
    ExecutionSuspended,

    /// <summary>A client let the instance go on.</summary>
    ExecutionResumed,

    /// <summary>A client took the instance back to before its failure.</summary>
    ExecutionRewound,
}
