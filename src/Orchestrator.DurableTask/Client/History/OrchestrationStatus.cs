namespace DurableTask.Core;

/// <summary>Where an orchestration stands, as histories say it; the numbers are those of the wire.</summary>
public enum OrchestrationStatus
{
    /// <summary>It has begun and not ended.</summary>
    Running,

    /// <summary>It has ended well.</summary>
    Completed,

    /// <summary>It has started over.</summary>
    ContinuedAsNew,

    /// <summary>It has ended with a failure.</summary>
    Failed,

    /// <summary>It was cancelled.</summary>
    Canceled,

    /// <summary>A client has ended it.</summary>
    Terminated,

    /// <summary>It has not begun yet.</summary>
    Pending,

    /// <summary>A client has paused it.</summary>
    Suspended,
}
