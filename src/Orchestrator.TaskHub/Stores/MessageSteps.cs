using Orchestrator.Failpoints;
using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Stores;

/// <summary>Putting events into inboxes. What an ended instance would get is dropped.</summary>
internal static class MessageSteps
{
    private const long NoMessage = 0;

    /// <summary>Sends what any generation of the instance may understand.</summary>
    public static void Send(this HubTransaction transaction, Instance target, HistoryEvent happened) =>
        transaction.Put(target, new InboxMessage(happened, Rank: 0, IsBoundToExecution: false));

    /// <summary>Answers something that the present generation asked for.</summary>
    /// <returns>The message's sequence; zero if the instance has ended.</returns>
    public static long Answer(this HubTransaction transaction, Instance target, HistoryEvent happened) =>
        transaction.Put(target, new InboxMessage(happened, Rank: 0, IsBoundToExecution: true));

    /// <summary>Answers the generation with that execution id; drops the answer if there is another by now.</summary>
    public static void Answer(
        this HubTransaction transaction, OrchestrationInstance asker, HistoryEvent happened)
    {
        if (transaction.Tables.Instances.Find(asker.InstanceId) is { } target && target.ExecutionId == asker.ExecutionId)
        {
            transaction.Answer(target, happened);
        }
    }

    public static void RaiseEvent(this HubTransaction transaction, string instanceId, string name, string? input) =>
        transaction.Send(transaction.Required(instanceId), HistoryEvents.Raised(name, input, transaction.Now));

    public static void Suspend(this HubTransaction transaction, string instanceId, string? reason) =>
        transaction.Send(transaction.Required(instanceId), HistoryEvents.Suspended(reason, transaction.Now));

    public static void Resume(this HubTransaction transaction, string instanceId, string? reason) =>
        transaction.Send(transaction.Required(instanceId), HistoryEvents.Resumed(reason, transaction.Now));

    private static long Put(this HubTransaction transaction, Instance target, InboxMessage message)
    {
        if (target.IsTerminal)
        {
            return NoMessage;
        }

        Failpoint.Hit("hub.message.put");
        transaction.Changes.Wakes(target);
        return transaction.Tables.Inboxes.Add(target.Key, message);
    }
}
