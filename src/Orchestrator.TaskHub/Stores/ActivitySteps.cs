using Orchestrator.Failpoints;
using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Stores;

/// <summary>What happens when an activity has a result that does not come with its turn.</summary>
internal static class ActivitySteps
{
    /// <returns>The sequence of the message that tells the instance; zero if it has ended, and wants no message.</returns>
    /// <exception cref="HubException">Its generation has ended: nobody wants the result any more.</exception>
    public static long CompleteActivity(this HubTransaction transaction, OrchestrationInstance asker, HistoryEvent result)
    {
        if (transaction.Tables.Instances.Find(asker.InstanceId) is { Status: not OrchestrationStatus.Terminated } instance
            && instance.ExecutionId == asker.ExecutionId)
        {
            Failpoint.Hit("hub.result.alone");
            return transaction.Answer(instance, result);
        }

        throw new HubException(
            HubRefusal.StaleToken, $"Task {result.AnsweredTask()} of instance {asker.InstanceId} is not waited for any more.");
    }

    /// <summary>Notes that the activity came to nothing again; not if nobody waits for it any more.</summary>
    public static void SaveAttempts(this HubTransaction transaction, ActivityRequest request, int attempts)
    {
        if (transaction.Tables.Instances.Find(request.OrchestrationInstance.InstanceId) is { IsTerminal: false } asker
            && asker.ExecutionId == request.OrchestrationInstance.ExecutionId)
        {
            transaction.Tables.ActivityAttempts.Save(asker.Key, request.TaskId, attempts);
        }
    }
}
