using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Stores;

/// <summary>What a turn asks the hub to do, each kind in the order of its actions.</summary>
internal sealed record TurnRequests
{
    public IReadOnlyList<ActivityRequest> Activities { get; init; } = [];

    public IReadOnlyList<TimerRequest> Timers { get; init; } = [];

    public IReadOnlyList<ChildRequest> Children { get; init; } = [];

    public IReadOnlyList<EventRequest> Events { get; init; } = [];

    /// <summary>Answers that need no work: what the hub refused.</summary>
    public IReadOnlyList<HistoryEvent> Refusals { get; init; } = [];
}

internal sealed record TimerRequest(int TimerId, DateTimeOffset FireAt);

internal sealed record ChildRequest(int TaskId, StartRequest Start);

internal sealed record EventRequest(string InstanceId, HistoryEvent Raised);
