using Orchestrator.Protocol;
using Orchestrator.TaskHub.Stores;
using static Orchestrator.Protocol.HistoryEvent.EventTypeOneofCase;

namespace Orchestrator.TaskHub.Replays;

/// <summary>One turn of a history: what the orchestrator had seen, what was new to it, and what it asked for then.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Past">The turns before.</param>
/// <param name="New">What the turn was told.</param>
/// <param name="Actions">The events that show what it asked for.</param>
/// <param name="IsRewound">A later rewind has taken out some of what it asked for.</param>
internal sealed record RecordedTurn(
    int Number, IReadOnlyList<HistoryEvent> Past, IReadOnlyList<HistoryEvent> New, IReadOnlyList<HistoryEvent> Actions, bool IsRewound)
{
    /// <summary>The hub ended the instance in this turn, whatever its orchestrator asked for.</summary>
    public bool IsEndedByHub => Actions is [.., { ExecutionCompleted: not null, EventId: HistoryEvents.NoAction }];

    public static IReadOnlyList<RecordedTurn> Of(IReadOnlyList<HistoryEvent> history)
    {
        List<int> starts = [.. Enumerable.Range(0, history.Count).Where(index => history[index].OrchestratorStarted is not null)];
        int rewound = Enumerable.Range(0, history.Count).LastOrDefault(index => history[index].ExecutionRewound is not null);
        return [.. starts.Select((from, index) =>
        {
            int to = index + 1 < starts.Count ? starts[index + 1] : history.Count;
            ILookup<bool, HistoryEvent> events = history.Skip(from).Take(to - from)
                .Where(happened => happened.OrchestratorCompleted is null)
                .ToLookup(IsAction);
            return new RecordedTurn(index + 1, [.. history.Take(from)], [.. events[false]], [.. events[true]], to <= rewound);
        })];
    }

    private static bool IsAction(HistoryEvent happened) => happened.EventTypeCase
        is TaskScheduled or TimerCreated or SubOrchestrationInstanceCreated or EventSent or ExecutionCompleted or ContinueAsNew;
}
