using Orchestrator.Protocol;
using static Orchestrator.Protocol.HistoryEvent.EventTypeOneofCase;

namespace Orchestrator.Reliability.Tests.Invariants;

/// <summary>A history is a list of whole turns; every result answers something that was asked for before, and does so once.</summary>
internal static class HistoryShape
{
    public static IEnumerable<string> Violations(SeenInstance seen) =>
        [.. Turns(seen), .. Answers(seen), .. Ends(seen)];

    /// <summary>The id of the action that the event is a result of, with the kind of action; null if it is no result.</summary>
    public static (HistoryEvent.EventTypeOneofCase Asked, int Id)? Answered(HistoryEvent happened) => happened.EventTypeCase switch
    {
        TaskCompleted => (TaskScheduled, happened.TaskCompleted.TaskScheduledId),
        TaskFailed => (TaskScheduled, happened.TaskFailed.TaskScheduledId),
        TimerFired => (TimerCreated, happened.TimerFired.TimerId),
        SubOrchestrationInstanceCompleted =>
            (SubOrchestrationInstanceCreated, happened.SubOrchestrationInstanceCompleted.TaskScheduledId),
        SubOrchestrationInstanceFailed =>
            (SubOrchestrationInstanceCreated, happened.SubOrchestrationInstanceFailed.TaskScheduledId),
        _ => null,
    };

    public static bool IsAction(HistoryEvent happened) =>
        happened.EventTypeCase is TaskScheduled or TimerCreated or SubOrchestrationInstanceCreated or EventSent;

    private static IEnumerable<string> Turns(SeenInstance seen)
    {
        bool isInTurn = false;
        foreach (HistoryEvent happened in seen.History)
        {
            bool begins = happened.OrchestratorStarted is not null;
            if (begins == isInTurn)
            {
                yield return $"I8: {happened.EventTypeCase} {(begins ? "within" : "outside")} a turn";
            }

            isInTurn = begins || (isInTurn && happened.OrchestratorCompleted is null);
        }

        if (isInTurn)
        {
            yield return "I8: the last turn has no end";
        }

        if (seen.History.Count > 0 && seen.History.Count(happened => happened.ExecutionStarted is not null) != 1)
        {
            yield return "I8: it did not start once";
        }
    }

    private static IEnumerable<string> Answers(SeenInstance seen)
    {
        var asked = new Dictionary<int, HistoryEvent.EventTypeOneofCase>();
        var answered = new HashSet<int>();
        foreach (HistoryEvent happened in seen.History.Concat(seen.Inbox))
        {
            if (IsAction(happened) && !asked.TryAdd(happened.EventId, happened.EventTypeCase))
            {
                yield return $"two actions have the id {happened.EventId}";
            }

            if (Answered(happened) is { } question)
            {
                if (!asked.TryGetValue(question.Id, out HistoryEvent.EventTypeOneofCase kind) || kind != question.Asked)
                {
                    yield return $"{happened.EventTypeCase} answers {question.Asked} {question.Id}, which was never asked";
                }

                if (!answered.Add(question.Id))
                {
                    yield return $"{question.Asked} {question.Id} is answered twice";
                }
            }
        }

        int open = asked.Count(action => action.Value == TaskScheduled)
            - seen.History.Count(happened => happened.TaskCompleted is not null || happened.TaskFailed is not null);
        if (!seen.Instance.IsTerminal && open != seen.Instance.OpenTasks)
        {
            yield return $"{open} activities are open, and the hub says {seen.Instance.OpenTasks}";
        }
    }

    private static IEnumerable<string> Ends(SeenInstance seen)
    {
        HistoryEvent[] completed = seen.History.Where(happened => happened.ExecutionCompleted is not null).ToArray();
        if (completed.Length != (seen.Instance.IsTerminal ? 1 : 0))
        {
            yield return $"its history has {completed.Length} ends";
        }
        else if (seen.Instance.IsTerminal && !completed[0].Equals(seen.End))
        {
            yield return "its history ends otherwise than its row";
        }

        if (seen.Instance.IsTerminal && (seen.Inbox.Count > 0 || seen.Timers.Count > 0))
        {
            yield return $"it has ended, and has {seen.Inbox.Count} messages and {seen.Timers.Count} timers";
        }
    }
}
