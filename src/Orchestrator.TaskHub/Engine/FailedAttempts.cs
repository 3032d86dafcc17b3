using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Engine;

/// <summary>Counts on disk how often a work item has been handed out in vain, and quarantines what has had its attempts.</summary>
internal sealed class FailedAttempts(OrchestrationProcessor orchestrations, ActivityProcessor activities, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>Keeps the count of attempts. What goes wrong is logged: a hub that is killed then counts one less.</summary>
    public async Task SaveAsync(HubWorkItem item, CancellationToken stopping)
    {
        try
        {
            await (item switch
            {
                OrchestrationItem orchestration => orchestrations.SaveAttemptsAsync(orchestration, CancellationToken.None),
                ActivityItem activity => activities.SaveAttemptsAsync(activity, CancellationToken.None),
                _ => throw new UnreachableException(),
            });
        }
        catch (HubException exception) when (exception.Refusal == HubRefusal.StaleToken)
        {
            // Its instance has ended meanwhile: there is nothing left to fail.
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            Log.AttemptNotSaved(logger, exception);
        }
        catch (Exception)
        {
            // The hub stops.
        }
    }

    /// <summary>Commits the end of an item that has had its attempts, as often as it takes.</summary>
    /// <returns>False if the hub stops first: the next one hands the item out once more.</returns>
    public async Task<bool> QuarantineAsync(HubWorkItem item, CancellationToken stopping)
    {
        Tell(item);
        while (true)
        {
            try
            {
                await (item switch
                {
                    OrchestrationItem orchestration => orchestrations.QuarantineAsync(orchestration, CancellationToken.None),
                    ActivityItem activity => activities.QuarantineAsync(activity, CancellationToken.None),
                    _ => throw new UnreachableException(),
                });
                return true;
            }
            catch (HubException exception) when (exception.Refusal == HubRefusal.StaleToken)
            {
                // Its instance has ended meanwhile: there is nothing left to fail.
                return true;
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                Log.AttemptNotSaved(logger, exception);
                await Task.Delay(RetryAfter, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
            catch (Exception)
            {
                return false;
            }
        }
    }

    private void Tell(HubWorkItem item)
    {
        if (item is ActivityItem activity)
        {
            Log.ActivityQuarantined(logger, activity.Request.Name, activity.Request.OrchestrationInstance.InstanceId, item.Attempts);
        }
        else if (item is OrchestrationItem orchestration)
        {
            Log.InstanceQuarantined(logger, orchestration.InstanceId, item.Attempts);
        }
    }
}
