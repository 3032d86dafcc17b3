using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Stores;

/// <summary>What one hand-out of an instance consists of.</summary>
internal sealed record Turn
{
    public required Instance Instance { get; init; }

    public required ExecutionStartedEvent Started { get; init; }

    /// <summary>Begins with OrchestratorStarted; that event's time is the orchestrator's clock.</summary>
    public required IReadOnlyList<HistoryEvent> NewEvents { get; init; }

    /// <summary>Sequences of the messages that the new events come from.</summary>
    public required IReadOnlyList<long> Messages { get; init; }

    /// <summary>More messages wait than one turn takes.</summary>
    public required bool HasMore { get; init; }

    /// <summary>Null if the worker is to fetch them itself.</summary>
    public required IReadOnlyList<HistoryEvent>? PastEvents { get; init; }
}
