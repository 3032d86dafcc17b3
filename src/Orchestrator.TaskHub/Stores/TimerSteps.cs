using Orchestrator.Failpoints;

namespace Orchestrator.TaskHub.Stores;

/// <summary>What happens when a timer's time has come.</summary>
internal static class TimerSteps
{
    private const int MostAtOnce = 500;

    /// <returns>When the next timer is due; null if there is none.</returns>
    public static DateTimeOffset? FireTimers(this HubTransaction transaction)
    {
        foreach (DueTimer timer in transaction.Tables.Timers.Due(transaction.Now, MostAtOnce))
        {
            transaction.Tables.Timers.Remove(timer.Key);
            Failpoint.Hit("hub.timer.fired");
            if (transaction.Tables.Instances.Find(timer.InstanceKey) is not { } instance)
            {
                continue;
            }

            if (timer.TimerId is { } timerId)
            {
                transaction.Answer(instance, HistoryEvents.TimerFired(timerId, timer.FireAt, transaction.Now));
            }
            else
            {
                transaction.Changes.Wakes(instance);
            }
        }

        return transaction.Tables.Timers.Next();
    }
}
