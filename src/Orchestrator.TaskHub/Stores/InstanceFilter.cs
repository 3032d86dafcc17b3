using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Stores;

/// <summary>Which instances are asked for; empty and null parts match all.</summary>
internal sealed record InstanceFilter
{
    public IReadOnlyList<OrchestrationStatus> Statuses { get; init; } = [];

    public DateTimeOffset? CreatedFrom { get; init; }

    public DateTimeOffset? CreatedTo { get; init; }

    public string IdPrefix { get; init; } = "";
}
