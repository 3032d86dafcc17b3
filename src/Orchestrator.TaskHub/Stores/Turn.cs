using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Stores;

/// <summary>What one hand-out of an instance consists of.</summary>
internal sealed record Turn
{
    public required Instance Instance { get; init; }

    /// <summary>Begins with OrchestratorStarted; that event's time is the orchestrator's clock.</summary>
    public required IReadOnlyList<HistoryEvent> NewEvents { get; init; }

    /// <summary>Sequences of the messages that the new events come from.</summary>
    public IReadOnlyList<long> Messages { get; init; } = [];

    /// <summary>More messages wait than one turn takes.</summary>
    public bool HasMore { get; init; }

    /// <summary>Null if the worker has them, or is to fetch them itself.</summary>
    public IReadOnlyList<HistoryEvent>? PastEvents { get; init; }

    /// <summary>The turn in which the instance is told what happened.</summary>
    /// <param name="instance">As it was last committed.</param>
    /// <param name="now">The time of the turn.</param>
    /// <param name="told">In order.</param>
    public static Turn Of(Instance instance, DateTimeOffset now, IReadOnlyList<HistoryEvent> told)
    {
        // The orchestrator's clock must not run backwards, even if the machine's does, nor lie before what it is told of:
        // a message may have come in after the time was read.
        DateTimeOffset clock = now > instance.UpdatedAt ? now : instance.UpdatedAt;
        foreach (HistoryEvent happened in told)
        {
            DateTimeOffset time = happened.Timestamp.ToDateTimeOffset();
            clock = time > clock ? time : clock;
        }

        return new Turn { Instance = instance, NewEvents = [HistoryEvents.TurnStarted(clock), .. told] };
    }
}
