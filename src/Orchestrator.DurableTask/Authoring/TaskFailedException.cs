namespace Microsoft.DurableTask;

/// <summary>Thrown at the await of a call whose activity or sub-orchestration failed.</summary>
public sealed class TaskFailedException : Exception
{
    /// <summary>A failure that is at hand as an exception.</summary>
    /// <param name="taskName">The name of what failed.</param>
    /// <param name="taskId">The number of the call within its orchestration.</param>
    /// <param name="innerException">Why it failed.</param>
    public TaskFailedException(string taskName, int taskId, Exception innerException)
        : base(Describe(taskName, taskId, innerException?.Message), innerException)
    {
        ArgumentNullException.ThrowIfNull(innerException);
        TaskName = taskName;
        TaskId = taskId;
        FailureDetails = TaskFailureDetails.FromException(innerException);
    }

    /// <summary>A failure that came over the wire.</summary>
    /// <param name="taskName">The name of what failed.</param>
    /// <param name="taskId">The number of the call within its orchestration.</param>
    /// <param name="failureDetails">Why it failed.</param>
    public TaskFailedException(string taskName, int taskId, TaskFailureDetails failureDetails)
        : base(Describe(taskName, taskId, failureDetails?.ErrorMessage))
    {
        ArgumentNullException.ThrowIfNull(failureDetails);
        TaskName = taskName;
        TaskId = taskId;
        FailureDetails = failureDetails;
    }

    /// <summary>The name of what failed.</summary>
    public string TaskName { get; }

    /// <summary>The number of the call within its orchestration.</summary>
    public int TaskId { get; }

    /// <summary>Why it failed.</summary>
    public TaskFailureDetails FailureDetails { get; }

    private static string Describe(string taskName, int taskId, string? cause) => cause is null
        ? $"Task '{taskName}' (#{taskId}) failed with an unhandled exception."
        : $"Task '{taskName}' (#{taskId}) failed with an unhandled exception: {cause}";
}
