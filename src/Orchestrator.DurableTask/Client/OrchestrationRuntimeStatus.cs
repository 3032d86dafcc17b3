namespace Microsoft.DurableTask.Client;

/// <summary>Where an orchestration stands; the numbers are those of the wire.</summary>
public enum OrchestrationRuntimeStatus
{
    /// <summary>It has begun and not ended.</summary>
    Running,

    /// <summary>It has ended well.</summary>
    Completed,

    /// <summary>It has started over.</summary>
    [Obsolete("No hub reports it: an orchestration that continues as new shows as running.")]
    ContinuedAsNew,

    /// <summary>It has ended with a failure.</summary>
    Failed,

    /// <summary>It was cancelled.</summary>
    [Obsolete("No hub reports it.")]
    Canceled,

    /// <summary>A client has ended it.</summary>
    Terminated,

    /// <summary>It has not begun yet.</summary>
    Pending,

    /// <summary>A client has paused it.</summary>
    Suspended,
}
