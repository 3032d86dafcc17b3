using System.Collections.ObjectModel;

namespace Microsoft.DurableTask;

/// <summary>How a client starts an orchestration.</summary>
public record StartOrchestrationOptions
{
    /// <summary>Makes options.</summary>
    /// <param name="InstanceId">The instance id; null to have one made.</param>
    /// <param name="StartAt">When to start; null for now.</param>
    public StartOrchestrationOptions(string? InstanceId = null, DateTimeOffset? StartAt = null)
    {
        this.InstanceId = InstanceId;
        this.StartAt = StartAt;
    }

    /// <summary>Copies options.</summary>
    /// <param name="options">What to copy.</param>
    public StartOrchestrationOptions(StartOrchestrationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        InstanceId = options.InstanceId;
        StartAt = options.StartAt;
        Tags = options.Tags;
        Version = options.Version;
        DedupeStatuses = options.DedupeStatuses;
    }

    /// <summary>The instance id; null to have one made.</summary>
    public string? InstanceId { get; init; }

    /// <summary>When to start; null for now.</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>Labels that stay with the instance.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The version asked for; null for the client's default.</summary>
    public TaskVersion? Version { get; init; }

    /// <summary>
    /// The statuses in which an existing instance of the same id makes the start fail; in every other it is replaced. Null leaves
    /// the choice to the hub.
    /// </summary>
    public IReadOnlyList<string>? DedupeStatuses { get; init; }
}
