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
            if (instance.IsTerminal)
            {
                transaction.Tables.ActivityAttempts.Remove(instance.Key, result.AnsweredTask()!.Value);
            }

            return transaction.Answer(instance, result);
        }

        throw new HubException(
            HubRefusal.StaleToken, $"Task {result.AnsweredTask()} of instance {asker.InstanceId} is not waited for any more.");
    }

    /// <summary>Notes that the activity came to nothing again; not if it need not be done any more.</summary>
    public static void SaveAttempts(this HubTransaction transaction, ActivityRequest request, int attempts)
    {
        if (transaction.Tables.Instances.Find(request.OrchestrationInstance.InstanceId) is { } asker
            && asker.ExecutionId == request.OrchestrationInstance.ExecutionId
            && transaction.Tables.IsToBeDone(asker, request.TaskId))
        {
            transaction.Tables.ActivityAttempts.Save(asker.Key, request.TaskId, attempts);
        }
    }
}
