using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Engine;

/// <summary>Counts on disk how often a work item has been handed out in vain, and quarantines what has had its attempts.</summary>
internal sealed class FailedAttempts(OrchestrationProcessor orchestrations, ActivityProcessor activities, TaskHubOptions options, ILogger logger)
{
    /// <summary>One attempt more has failed; what goes wrong here is logged.</summary>
    public async Task NoteAsync(HubWorkItem item, CancellationToken stopping)
    {
        bool isLast = item.Attempts >= options.MaxAttempts;
        try
        {
            await (item switch
            {
                OrchestrationItem orchestration when isLast => QuarantineAsync(orchestration),
                OrchestrationItem orchestration => orchestrations.SaveAttemptsAsync(orchestration, CancellationToken.None),
                ActivityItem activity when isLast => QuarantineAsync(activity),
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

    private Task QuarantineAsync(OrchestrationItem item)
    {
        Log.InstanceQuarantined(logger, item.InstanceId, item.Attempts);
        return orchestrations.QuarantineAsync(item, CancellationToken.None);
    }

    private Task QuarantineAsync(ActivityItem item)
    {
        Log.ActivityQuarantined(logger, item.Request.Name, item.Request.OrchestrationInstance.InstanceId, item.Attempts);
        return activities.QuarantineAsync(item, CancellationToken.None);
    }
}
