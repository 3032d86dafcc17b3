using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Stores;

/// <summary>A new instance that somebody asks for.</summary>
internal sealed record StartRequest
{
    public required string InstanceId { get; init; }

    public required string Name { get; init; }

    public string? Version { get; init; }

    public string? Input { get; init; }

    public DateTimeOffset? StartsAt { get; init; }

    public ParentInstanceInfo? Parent { get; init; }

    public TraceContext? Trace { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}
