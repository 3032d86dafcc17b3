using Orchestrator.Protocol;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Engine;

/// <summary>An activity on its way to a worker and back.</summary>
internal sealed class ActivityProcessor(HubCommits commits, TaskHubOptions options)
{
    private readonly PayloadLimit _limit = new(options.MaxPayloadBytes);

    public static WorkItem Prepare(Lease lease, ActivityItem item) =>
        new() { CompletionToken = lease.Token, ActivityRequest = item.Request };

    /// <exception cref="HubException">Nobody waits for the activity any more.</exception>
    public Task CommitAsync(ActivityItem item, ActivityResponse response, CancellationToken cancellationToken) =>
        commits.WriteAsync(
            transaction => transaction.CompleteActivity(item.Key, item.Request, Result(item.Request, response, transaction.Now)),
            cancellationToken);

    public Task SaveAttemptsAsync(ActivityItem item, CancellationToken cancellationToken) =>
        commits.WriteAsync(transaction => transaction.Tables.Activities.SaveAttempts(item.Key, item.Attempts), cancellationToken);

    public Task QuarantineAsync(ActivityItem item, CancellationToken cancellationToken)
    {
        TaskFailureDetails failure = HubFailures.Quarantined($"Activity {item.Request.Name}", item.Attempts);
        return commits.WriteAsync(
            transaction => transaction.CompleteActivity(
                item.Key, item.Request, HistoryEvents.TaskFailed(item.Request.TaskId, failure, transaction.Now)),
            cancellationToken);
    }

    private HistoryEvent Result(ActivityRequest request, ActivityResponse response, DateTimeOffset now)
    {
        if (_limit.IsExceededBy(response.Result))
        {
            TaskFailureDetails tooLarge = HubFailures.PayloadTooLarge($"The result of activity {request.Name}", _limit.Bytes);
            return HistoryEvents.TaskFailed(request.TaskId, tooLarge, now);
        }

        return response.FailureDetails is { } failure
            ? HistoryEvents.TaskFailed(request.TaskId, HubFailures.Bounded(failure, _limit.Bytes), now)
            : HistoryEvents.TaskCompleted(request.TaskId, response.Result, now);
    }
}
