namespace Microsoft.DurableTask.Client;

/// <summary>Which instances to purge, of those that have ended; what is null doesn't matter.</summary>
/// <param name="CreatedFrom">Started at this time or later.</param>
/// <param name="CreatedTo">Started at this time or earlier.</param>
/// <param name="Statuses">In one of these statuses.</param>
public record PurgeInstancesFilter(
    DateTimeOffset? CreatedFrom = null, DateTimeOffset? CreatedTo = null, IEnumerable<OrchestrationRuntimeStatus>? Statuses = null)
{
    /// <summary>How long the hub may take before it answers with what it has done so far; null for as long as it needs.</summary>
    public TimeSpan? Timeout { get; init; }
}
