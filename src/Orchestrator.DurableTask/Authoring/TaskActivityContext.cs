namespace Microsoft.DurableTask;

/// <summary>Who asks an activity to run.</summary>
public abstract class TaskActivityContext
{
    /// <summary>The name by which the activity was called.</summary>
    public abstract TaskName Name { get; }

    /// <summary>The id of the orchestration instance that called it.</summary>
    public abstract string InstanceId { get; }

    /// <summary>The version that the call asked for; empty when unversioned.</summary>
    public virtual string Version => string.Empty;
}
