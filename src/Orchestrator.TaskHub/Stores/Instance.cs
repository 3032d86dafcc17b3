using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Stores;

/// <summary>What the hub knows of an orchestration instance without reading its history.</summary>
internal sealed record Instance
{
    /// <summary>Unlike the id never used twice: a replaced instance has another key.</summary>
    public long Key { get; init; }

    public required string InstanceId { get; init; }

    /// <summary>Changes with every generation.</summary>
    public required string ExecutionId { get; init; }

    public int Generation { get; init; }

    public required string Name { get; init; }

    public string? Version { get; init; }

    public OrchestrationStatus Status { get; init; } = OrchestrationStatus.Pending;

    public string? CustomStatus { get; init; }

    public string? ParentId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? StartsAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Batches of the present generation; none before its first turn.</summary>
    public int HistoryBatches { get; init; }

    public long HistoryBytes { get; init; }

    /// <summary>Times that the present turn was handed out and came to nothing.</summary>
    public int Attempts { get; init; }

    /// <summary>Activities in the present generation's history without a result there.</summary>
    public int OpenTasks { get; init; }

    /// <summary>The span in which a worker that traces shows the present execution; null if none said.</summary>
    public OrchestrationTraceContext? TraceContext { get; init; }

    public bool IsTerminal => Status.IsTerminal();

    public bool IsDue(DateTimeOffset now) => StartsAt is null || StartsAt <= now;

    /// <summary>Its present generation, as the protocol names it.</summary>
    public OrchestrationInstance Execution() => new() { InstanceId = InstanceId, ExecutionId = ExecutionId };
}
