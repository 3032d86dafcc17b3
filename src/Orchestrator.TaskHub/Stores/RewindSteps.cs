using Orchestrator.Failpoints;
using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Stores;

/// <summary>Letting failed instances go on from before their failure.</summary>
internal static class RewindSteps
{
    /// <summary>
    /// Takes the failures out of the instance's history, and out of those of the children that failed it, all in one
    /// transaction. The instance goes on as a new execution, so that late answers to the old one find nobody.
    /// </summary>
    /// <exception cref="HubException">There is no such instance, or it has not failed.</exception>
    public static void Rewind(this HubTransaction transaction, string instanceId, string? reason)
    {
        Instance instance = transaction.Required(instanceId);
        if (instance.Status != OrchestrationStatus.Failed)
        {
            throw new HubException(
                HubRefusal.WrongState, $"Instance {instanceId} is {instance.Status}: only a failed one is allowed to be rewound.");
        }

        var waiting = new Queue<(Instance Failed, OrchestrationInstance? Parent)>([(instance, null)]);
        while (waiting.TryDequeue(out (Instance Failed, OrchestrationInstance? Parent) next))
        {
            (Instance rewound, IReadOnlyList<Instance> failedChildren) = transaction.Rewind(next.Failed, next.Parent, reason);
            foreach (Instance child in failedChildren)
            {
                waiting.Enqueue((child, rewound.Execution()));
            }
        }
    }

    private static (Instance Rewound, IReadOnlyList<Instance> FailedChildren) Rewind(
        this HubTransaction transaction, Instance failed, OrchestrationInstance? parent, string? reason)
    {
        IReadOnlyDictionary<int, Instance> children = transaction.ChildrenByTask(failed);
        IReadOnlyList<HistoryEvent> history = RewoundHistory.Of(
            transaction.Tables.Histories.Read(failed.Key),
            children.Where(child => child.Value.Status != OrchestrationStatus.Terminated).Select(child => child.Key).ToHashSet());
        Instance rewound = transaction.BeginAgain(failed, history, parent);
        transaction.Send(rewound, HistoryEvents.Rewound(rewound, parent, reason, transaction.Now));

        HashSet<int> asked = history.Where(happened => happened.SubOrchestrationInstanceCreated is not null)
            .Select(happened => happened.EventId).ToHashSet();
        HashSet<int> answered = history.Select(happened => happened.SubOrchestrationInstanceCompleted?.TaskScheduledId)
            .OfType<int>().ToHashSet();
        foreach ((int taskId, Instance child) in children.Where(child => !answered.Contains(child.Key)))
        {
            transaction.Settle(rewound, taskId, child, isAsked: asked.Contains(taskId));
        }

        transaction.Changes.Moves(rewound.InstanceId);
        return (rewound, children
            .Where(child => asked.Contains(child.Key) && child.Value.Status == OrchestrationStatus.Failed)
            .Select(child => child.Value)
            .ToList());
    }

    // What becomes of a child without an answer in its parent's history. One that failed is rewound itself.
    private static void Settle(this HubTransaction transaction, Instance parent, int taskId, Instance child, bool isAsked)
    {
        if (!child.IsTerminal)
        {
            if (isAsked)
            {
                transaction.TieTo(parent, child);
            }
            else
            {
                // The replay will ask for it anew, and may want the same id.
                transaction.Terminate(child, output: null, recurse: true);
            }
        }
        else if (isAsked && child.Status == OrchestrationStatus.Completed)
        {
            // It ended well after its parent had failed.
            string? result = transaction.Tables.Instances.Ended(child.Key)?.ExecutionCompleted.Result;
            transaction.Answer(parent, HistoryEvents.ChildCompleted(taskId, result, transaction.Now));
        }
    }

    private static Instance BeginAgain(
        this HubTransaction transaction, Instance failed, IReadOnlyList<HistoryEvent> history, OrchestrationInstance? parent)
    {
        transaction.Tables.Histories.Remove(failed.Key);
        transaction.Tables.Instances.RemoveEnded(failed.Key);
        transaction.Tables.ActivityAttempts.RemoveAll(failed.Key);
        transaction.Changes.DropsActivitiesOf(failed.Key);
        Instance rewound = failed with
        {
            ExecutionId = StartSteps.NewExecutionId(),
            Generation = failed.Generation + 1,
            Status = StatusAfter(history),
            UpdatedAt = transaction.Now,
            CompletedAt = null,
            HistoryBatches = 0,
            HistoryBytes = 0,
            Attempts = 0,
            OpenTasks = 0,
            TraceContext = null,
        };
        HistoryEvent started = transaction.Tables.Instances.Started(failed.Key);
        started.ExecutionStarted.OrchestrationInstance = rewound.Execution();
        if (parent is not null)
        {
            started.ExecutionStarted.ParentInstance.OrchestrationInstance = parent;
        }

        Failpoint.Hit("hub.rewind.rewritten");
        rewound = transaction.Append(
            rewound, history.Select(happened => happened.ExecutionStarted is null ? happened : started).ToList());
        transaction.Tables.Instances.Update(rewound);
        transaction.Tables.Instances.SaveStarted(rewound.Key, started);
        return rewound;
    }

    // Those of the execution that failed; an id may belong to somebody else by now.
    private static Dictionary<int, Instance> ChildrenByTask(this HubTransaction transaction, Instance parent)
    {
        var children = new Dictionary<int, Instance>();
        foreach (Instance child in transaction.Tables.Instances.ChildrenOf(parent))
        {
            ParentInstanceInfo asker = transaction.Tables.Instances.Started(child.Key).ExecutionStarted.ParentInstance;
            if (asker.OrchestrationInstance.ExecutionId == parent.ExecutionId)
            {
                children[asker.TaskScheduledId] = child;
            }
        }

        return children;
    }

    private static void TieTo(this HubTransaction transaction, Instance parent, Instance child)
    {
        HistoryEvent started = transaction.Tables.Instances.Started(child.Key);
        started.ExecutionStarted.ParentInstance.OrchestrationInstance = parent.Execution();
        transaction.Tables.Instances.SaveStarted(child.Key, started);
    }

    private static OrchestrationStatus StatusAfter(IReadOnlyList<HistoryEvent> history) =>
        history.LastOrDefault(happened => happened.ExecutionSuspended is not null || happened.ExecutionResumed is not null)
            is { ExecutionSuspended: not null }
            ? OrchestrationStatus.Suspended
            : OrchestrationStatus.Running;
}
