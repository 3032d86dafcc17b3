using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Stores;

/// <summary>What happens when an activity has a result.</summary>
internal static class ActivitySteps
{
    /// <summary>Takes the activity off the list and tells its instance, in that order: a result counts once.</summary>
    /// <exception cref="HubException">The activity has a result already, or nobody wants one any more.</exception>
    public static void CompleteActivity(this HubTransaction transaction, long key, ActivityRequest request, HistoryEvent result)
    {
        if (transaction.Tables.Activities.Remove(key) is null)
        {
            throw new HubException(
                HubRefusal.StaleToken,
                $"Activity {request.Name} of instance {request.OrchestrationInstance.InstanceId} is not waited for any more.");
        }

        transaction.Answer(request.OrchestrationInstance, result);
    }
}
