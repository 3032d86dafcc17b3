using Orchestrator.Failpoints;
using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Stores;

/// <summary>Ending instances: by their own turn, by force, or for ever.</summary>
internal static class EndSteps
{
    /// <summary>Asks the instance to end. One that never ran has nobody to ask and ends at once.</summary>
    public static void RequestTermination(this HubTransaction transaction, string instanceId, string? output, bool recurse) =>
        transaction.RequestTermination(transaction.Required(instanceId), output, recurse);

    /// <summary>Ends an instance that was asked to and has not answered; nothing if it has.</summary>
    public static void ForceTermination(this HubTransaction transaction, long key)
    {
        if (transaction.Tables.Instances.Find(key) is { IsTerminal: false } instance
            && transaction.Tables.Inboxes.Terminations(key) is [var asked, ..])
        {
            transaction.Terminate(instance, asked.Event.ExecutionTerminated.Input, asked.Event.ExecutionTerminated.Recurse);
        }
    }

    /// <summary>Ends the instance without asking it; false if there is none, or it has ended.</summary>
    public static bool TryTerminate(this HubTransaction transaction, string instanceId, string? output)
    {
        if (transaction.Tables.Instances.Find(instanceId) is not { IsTerminal: false } instance)
        {
            return false;
        }

        transaction.Terminate(instance, output, recurse: false);
        return true;
    }

    /// <summary>Ends the instance without its worker; returns it as it is then.</summary>
    public static Instance Terminate(this HubTransaction transaction, Instance instance, string? output, bool recurse)
    {
        HistoryEvent terminated = HistoryEvents.Terminated(output, recurse, transaction.Now);
        HistoryEvent completed = HistoryEvents.Completed(OrchestrationStatus.Terminated, output, failure: null, transaction.Now);
        return transaction.EndByHub(instance, [terminated], completed);
    }

    /// <summary>Fails an instance whose turn no worker survives; if it was asked to end anyway, that is what it does.</summary>
    public static void Quarantine(this HubTransaction transaction, long key, int attempts)
    {
        if (transaction.Tables.Instances.Find(key) is not { IsTerminal: false } instance)
        {
            return;
        }

        if (transaction.Tables.Inboxes.Terminations(key).Count > 0)
        {
            transaction.ForceTermination(key);
            return;
        }

        TaskFailureDetails failure = HubFailures.Quarantined($"Instance {instance.InstanceId}", attempts);
        transaction.EndByHub(
            instance, [], HistoryEvents.Completed(OrchestrationStatus.Failed, result: null, failure, transaction.Now));
    }

    public static Instance End(this HubTransaction transaction, Instance instance, TurnOutcome.Ends outcome)
    {
        // Who was terminated starts nothing any more; what it says to others is theirs.
        transaction.Request(
            instance,
            outcome.Status == OrchestrationStatus.Terminated ? new TurnRequests { Events = outcome.Requests.Events } : outcome.Requests);
        instance = transaction.Append(instance, outcome.History) with
        {
            Status = outcome.Status,
            UpdatedAt = transaction.Now,
            CompletedAt = transaction.Now,
            OpenTasks = instance.OpenTasks + outcome.History.Count(happened => happened.TaskScheduled is not null),
        };
        transaction.Tables.Instances.Update(instance);
        transaction.Tables.Instances.SaveEnded(instance.Key, outcome.Completed);
        Failpoint.Hit("hub.end.saved");
        transaction.Tables.LeaveOpen(instance);
        bool takesChildrenAlong = transaction.TakesChildrenAlong(instance, outcome);
        transaction.Tables.Inboxes.RemoveAll(instance.Key);
        transaction.Tables.Timers.RemoveAll(instance.Key);
        transaction.Changes.Leaves(instance.Key);
        if (outcome.Status == OrchestrationStatus.Terminated)
        {
            transaction.Changes.DropsActivitiesOf(instance.Key);
        }

        transaction.TellParent(instance, outcome.Completed.ExecutionCompleted);
        Failpoint.Hit("hub.end.parent-told");
        if (takesChildrenAlong)
        {
            transaction.TerminateChildren(instance);
            Failpoint.Hit("hub.end.children-asked");
        }

        transaction.Changes.Moves(instance.InstanceId);
        return instance;
    }

    /// <summary>Forgets the instance altogether.</summary>
    public static void Remove(this HubTransaction transaction, Instance instance)
    {
        transaction.Tables.Histories.Remove(instance.Key);
        Failpoint.Hit("hub.remove.history-gone");
        transaction.Tables.Inboxes.RemoveAll(instance.Key);
        transaction.Tables.Timers.RemoveAll(instance.Key);
        transaction.Tables.ActivityAttempts.RemoveAll(instance.Key);
        transaction.Tables.Instances.Remove(instance.Key);
        transaction.Changes.Leaves(instance.Key);
        transaction.Changes.DropsActivitiesOf(instance.Key);
        transaction.Changes.Moves(instance.InstanceId);
    }

    private static void RequestTermination(this HubTransaction transaction, Instance instance, string? output, bool recurse)
    {
        if (instance.IsTerminal)
        {
            return;
        }

        if (instance.HistoryBatches == 0 && instance.Generation == 0)
        {
            transaction.Terminate(instance, output, recurse);
            return;
        }

        transaction.Send(instance, HistoryEvents.Terminated(output, recurse, transaction.Now));
        transaction.Changes.Terminates(instance.Key);
    }

    private static Instance EndByHub(
        this HubTransaction transaction, Instance instance, IReadOnlyList<HistoryEvent> causes, HistoryEvent completed)
    {
        HistoryEvent[] started = instance.HistoryBatches == 0 ? [transaction.Tables.Instances.Started(instance.Key)] : [];
        HistoryEvent[] history =
        [
            HistoryEvents.TurnStarted(transaction.Now),
            .. started,
            .. causes,
            completed,
            HistoryEvents.TurnCompleted(transaction.Now),
        ];
        return transaction.End(instance, new TurnOutcome.Ends(instance.CustomStatus, completed, history, new TurnRequests()));
    }

    // Of all who asked for its end one wanted the children's, too: in the turn that ends it, or after that was handed out.
    private static bool TakesChildrenAlong(this HubTransaction transaction, Instance ended, TurnOutcome.Ends outcome) =>
        ended.Status == OrchestrationStatus.Terminated
        && outcome.History
            .Concat(transaction.Tables.Inboxes.Terminations(ended.Key).Select(message => message.Event))
            .Any(happened => happened.ExecutionTerminated is { Recurse: true });

    private static void TerminateChildren(this HubTransaction transaction, Instance parent)
    {
        foreach (Instance child in transaction.Tables.Instances.ChildrenOf(parent))
        {
            transaction.RequestTermination(child, output: null, recurse: true);
        }
    }

    private static void TellParent(this HubTransaction transaction, Instance child, ExecutionCompletedEvent completed)
    {
        if (child.ParentId is null)
        {
            return;
        }

        ParentInstanceInfo parent = transaction.Tables.Instances.Started(child.Key).ExecutionStarted.ParentInstance;
        HistoryEvent answer = completed.OrchestrationStatus switch
        {
            OrchestrationStatus.Completed => HistoryEvents.ChildCompleted(parent.TaskScheduledId, completed.Result, transaction.Now),
            OrchestrationStatus.Terminated => HistoryEvents.ChildFailed(
                parent.TaskScheduledId, HubFailures.Terminated(child.InstanceId), transaction.Now),
            _ => HistoryEvents.ChildFailed(
                parent.TaskScheduledId,
                completed.FailureDetails ?? HubFailures.Unspecified($"Instance {child.InstanceId}"),
                transaction.Now),
        };
        transaction.Answer(parent.OrchestrationInstance, answer);
    }
}
