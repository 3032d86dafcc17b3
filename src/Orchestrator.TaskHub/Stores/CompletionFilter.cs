using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Stores;

/// <summary>Which ended instances are asked for, and after which of them to go on.</summary>
internal sealed record CompletionFilter
{
    public required IReadOnlyList<OrchestrationStatus> Statuses { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    public DateTimeOffset AfterCompletedAt { get; init; } = DateTimeOffset.MinValue;

    public long AfterKey { get; init; }
}
