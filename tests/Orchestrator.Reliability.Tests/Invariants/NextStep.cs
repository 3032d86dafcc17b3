using Orchestrator.Protocol;
using Orchestrator.Reliability.Tests.Workloads;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.Reliability.Tests.Invariants;

/// <summary>I6: whatever is under way waits for something that will come, and for everything that it asked for.</summary>
internal static class NextStep
{
    // What waits for an event waits for somebody outside.
    private static readonly string[] Waiting = [TestTasks.Listener, TestTasks.Patient];

    public static IEnumerable<string> Violations(SeenInstance seen, HubTables tables)
    {
        Instance instance = seen.Instance;
        if (instance.IsTerminal)
        {
            yield break;
        }

        HashSet<int> answered = [.. seen.History.Concat(seen.Inbox).Select(HistoryShape.Answered).OfType<(HistoryEvent.EventTypeOneofCase, int Id)>().Select(answer => answer.Id)];
        HistoryEvent[] open = seen.History.Where(happened => HistoryShape.IsAction(happened)
            && happened.EventSent is null && !answered.Contains(happened.EventId)).ToArray();
        foreach (HistoryEvent asked in open)
        {
            if (asked.TimerCreated is not null && seen.Timers.All(timer => timer.TimerId != asked.EventId))
            {
                yield return $"I6: its timer {asked.EventId} will never fire";
            }

            if (asked.SubOrchestrationInstanceCreated is { } child && tables.Instances.Find(child.InstanceId) is not { IsTerminal: false })
            {
                yield return $"I6: its child {child.InstanceId} will never answer";
            }
        }

        if (instance.HistoryBatches > 0 && seen.Inbox.Count == 0 && open.Length == 0
            && instance.Status != OrchestrationStatus.Suspended && !Waiting.Contains(instance.Name))
        {
            yield return "I6: it waits for nothing";
        }
    }
}
