namespace Orchestrator.TaskHub.Engine;

/// <summary>Where a work item is.</summary>
internal enum WorkItemPlace
{
    /// <summary>In a queue, for the next worker that takes its kind and name.</summary>
    Waiting,

    /// <summary>Refused; it rests for a while.</summary>
    Resting,

    /// <summary>With a worker.</summary>
    HandedOut,

    /// <summary>Answered; the answer is being committed.</summary>
    Committing,

    /// <summary>It has had its attempts; its end is being committed.</summary>
    Failing,

    /// <summary>Done with.</summary>
    Gone,
}
