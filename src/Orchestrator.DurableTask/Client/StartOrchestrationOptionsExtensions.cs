namespace Microsoft.DurableTask.Client;

/// <summary>Sets statuses in start options, whose own type doesn't know the client's statuses.</summary>
public static class StartOrchestrationOptionsExtensions
{
    /// <summary>Has the start fail if an instance of the same id is in one of these statuses; in every other it is replaced.</summary>
    /// <param name="options">The options to start from.</param>
    /// <param name="dedupeStatuses">The statuses.</param>
    /// <returns>The options.</returns>
    public static StartOrchestrationOptions WithDedupeStatuses(
        this StartOrchestrationOptions options, params OrchestrationRuntimeStatus[] dedupeStatuses)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options with { DedupeStatuses = [.. dedupeStatuses.Select(status => status.ToString())] };
    }
}
