namespace Microsoft.DurableTask;

/// <summary>How an activity or a sub-orchestrator is called.</summary>
public record TaskOptions
{
    /// <summary>Makes options with retries only.</summary>
    /// <param name="retry">How a failure is tried again; null for not at all.</param>
    public TaskOptions(TaskRetryOptions? retry)
        : this(retry, null)
    {
    }

    /// <summary>Makes options.</summary>
    /// <param name="retry">How a failure is tried again; null for not at all.</param>
    /// <param name="tags">Labels that go with the call.</param>
    public TaskOptions(TaskRetryOptions? retry = null, IDictionary<string, string>? tags = null)
    {
        Retry = retry;
        Tags = tags;
    }

    /// <summary>Copies options.</summary>
    /// <param name="options">What to copy.</param>
    public TaskOptions(TaskOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Retry = options.Retry;
        Tags = options.Tags;
        Version = options.Version;
    }

    /// <summary>How a failure is tried again; null for not at all.</summary>
    public TaskRetryOptions? Retry { get; init; }

    /// <summary>Labels that go with the call.</summary>
    public IDictionary<string, string>? Tags { get; init; }

    /// <summary>The version asked for; null for the caller's (an activity) or the worker's default (a sub-orchestrator).</summary>
    public TaskVersion? Version { get; init; }

    /// <summary>Options that retry by a policy.</summary>
    /// <param name="policy">The policy.</param>
    /// <returns>The options.</returns>
    public static TaskOptions FromRetryPolicy(RetryPolicy policy) => new(policy);

    /// <summary>Options that retry as long as a handler says so.</summary>
    /// <param name="handler">The handler.</param>
    /// <returns>The options.</returns>
    public static TaskOptions FromRetryHandler(AsyncRetryHandler handler) => new(handler);

    /// <summary>Options that retry as long as a handler says so.</summary>
    /// <param name="handler">The handler.</param>
    /// <returns>The options.</returns>
    public static TaskOptions FromRetryHandler(RetryHandler handler) => new(handler);

    /// <summary>These options for a sub-orchestration with an instance id of the caller's choice.</summary>
    /// <param name="instanceId">The instance id.</param>
    /// <returns>The options.</returns>
    public SubOrchestrationOptions WithInstanceId(string instanceId) => new(this, instanceId);
}
