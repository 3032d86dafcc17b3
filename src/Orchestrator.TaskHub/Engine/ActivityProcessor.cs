using Orchestrator.Protocol;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Engine;

/// <summary>An activity on its way to a worker and back.</summary>
internal sealed class ActivityProcessor(HubCommits commits, TaskHubOptions options)
{
    private readonly PayloadLimit _limit = new(options.MaxPayloadBytes);

    public static WorkItem Prepare(Lease lease, ActivityItem item) =>
        new() { CompletionToken = lease.Token, ActivityRequest = item.Request };

    /// <summary>What the worker's answer means to the instance.</summary>
    public PendingResult Result(ActivityItem item, ActivityResponse response) => new(item.Asker, Happened(item.Request, response));

    public Task SaveAttemptsAsync(ActivityItem item, CancellationToken cancellationToken) =>
        commits.WriteAsync(
            transaction => transaction.SaveAttempts(item.Request, item.Attempts),
            cancellationToken);

    public Task QuarantineAsync(ActivityItem item, CancellationToken cancellationToken)
    {
        TaskFailureDetails failure = HubFailures.Quarantined($"Activity {item.Request.Name}", item.Attempts);
        return commits.WriteAsync(
            transaction => transaction.CompleteActivity(
                item.Asker.Execution(), HistoryEvents.TaskFailed(item.Request.TaskId, failure, transaction.Now)),
            cancellationToken);
    }

    private HistoryEvent Happened(ActivityRequest request, ActivityResponse response)
    {
        if (_limit.IsExceededBy(response.Result))
        {
            TaskFailureDetails tooLarge = HubFailures.PayloadTooLarge($"The result of activity {request.Name}", _limit.Bytes);
            return HistoryEvents.TaskFailed(request.TaskId, tooLarge, commits.Now);
        }

        return response.FailureDetails is { } failure
            ? HistoryEvents.TaskFailed(request.TaskId, HubFailures.Bounded(failure, _limit.Bytes), commits.Now)
            : HistoryEvents.TaskCompleted(request.TaskId, response.Result, commits.Now);
    }
}
