namespace Orchestrator.TaskHub.Stores;

/// <summary>Why the hub refuses a call.</summary>
internal enum HubRefusal
{
    /// <summary>No such instance.</summary>
    UnknownInstance,

    /// <summary>The completion token belongs to no work item, or no longer.</summary>
    StaleToken,

    /// <summary>The id is taken and may not be replaced.</summary>
    AlreadyExists,

    /// <summary>The call itself makes no sense; it will never be accepted.</summary>
    Invalid,

    /// <summary>The instance, or the hub, is in a state that does not allow it.</summary>
    WrongState,

    /// <summary>No such task hub.</summary>
    UnknownHub,

    /// <summary>As many as may be are there already.</summary>
    TooMany,

    /// <summary>The hub stops: callers are to come back.</summary>
    Stopping,
}
