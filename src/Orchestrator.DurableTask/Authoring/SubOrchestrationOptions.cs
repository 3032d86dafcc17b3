namespace Microsoft.DurableTask;

/// <summary>How a sub-orchestrator is called.</summary>
public record SubOrchestrationOptions : TaskOptions
{
    /// <summary>Makes options.</summary>
    /// <param name="retry">How a failure is tried again; null for not at all.</param>
    /// <param name="instanceId">The child's instance id; null to have one made.</param>
    public SubOrchestrationOptions(TaskRetryOptions? retry = null, string? instanceId = null)
        : base(retry)
    {
        InstanceId = instanceId;
    }

    /// <summary>Makes options of those for any call.</summary>
    /// <param name="options">The options to start from.</param>
    /// <param name="instanceId">The child's instance id; null to keep the one in <paramref name="options"/>, if any.</param>
    public SubOrchestrationOptions(TaskOptions options, string? instanceId = null)
        : base(options)
    {
        InstanceId = instanceId ?? (options as SubOrchestrationOptions)?.InstanceId;
    }

    /// <summary>Copies options.</summary>
    /// <param name="options">What to copy.</param>
    public SubOrchestrationOptions(SubOrchestrationOptions options)
        : base(options)
    {
        InstanceId = options.InstanceId;
    }

    /// <summary>The child's instance id; null to have a deterministic one made.</summary>
    public string? InstanceId { get; init; }
}
