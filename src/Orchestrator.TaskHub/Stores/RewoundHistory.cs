using Orchestrator.Protocol;
using static Orchestrator.Protocol.HistoryEvent.EventTypeOneofCase;

namespace Orchestrator.TaskHub.Stores;

/// <summary>
/// What is left of a failed execution's history when it is rewound: the failures are taken out, and what the orchestrator
/// did because of them. What it asked for and is not there any more its replay asks for again, with the same ids.
/// </summary>
internal static class RewoundHistory
{
    /// <param name="history">The history of an execution that failed.</param>
    /// <param name="children">Ids of the actions whose sub-orchestrations go on, or are rewound themselves.</param>
    public static IReadOnlyList<HistoryEvent> Of(IReadOnlyList<HistoryEvent> history, IReadOnlySet<int> children)
    {
        int end = FirstConsequence(history);
        HashSet<int> kept = history.Where(happened => !IsFailure(happened)).Select(Answered).OfType<int>().ToHashSet();
        kept.UnionWith(children);
        return history.Where(Stays).ToList();

        // An event sent needs no answer. An answer stays if its question does: a twin of it has nothing to answer.
        bool Stays(HistoryEvent happened) => happened.EventTypeCase switch
        {
            ExecutionCompleted or TaskFailed or SubOrchestrationInstanceFailed => false,
            TaskScheduled or TimerCreated or SubOrchestrationInstanceCreated =>
                happened.EventId < end && kept.Contains(happened.EventId),
            EventSent => happened.EventId < end,
            _ => Answered(happened) is not { } action || action < end,
        };
    }

    // Whatever was asked for in the turn that heard of a failure may have been asked for because of it: a retry, a
    // compensation. Without the failure later actions would get other ids, so that none of them can stay.
    private static int FirstConsequence(IReadOnlyList<HistoryEvent> history)
    {
        bool hasFailed = false;
        int first = int.MaxValue;
        foreach (HistoryEvent happened in history)
        {
            hasFailed = happened.OrchestratorStarted is null && (hasFailed || IsFailure(happened));
            if (hasFailed && IsAction(happened))
            {
                first = Math.Min(first, happened.EventId);
            }
        }

        return first;
    }

    private static bool IsFailure(HistoryEvent happened) =>
        happened.EventTypeCase is TaskFailed or SubOrchestrationInstanceFailed;

    private static bool IsAction(HistoryEvent happened) =>
        happened.EventTypeCase is TaskScheduled or TimerCreated or SubOrchestrationInstanceCreated or EventSent;

    private static int? Answered(HistoryEvent happened) => happened.EventTypeCase switch
    {
        TaskCompleted or TaskFailed => happened.AnsweredTask(),
        SubOrchestrationInstanceCompleted => happened.SubOrchestrationInstanceCompleted.TaskScheduledId,
        SubOrchestrationInstanceFailed => happened.SubOrchestrationInstanceFailed.TaskScheduledId,
        TimerFired => happened.TimerFired.TimerId,
        _ => null,
    };
}
