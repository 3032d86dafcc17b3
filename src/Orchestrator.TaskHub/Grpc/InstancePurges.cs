using Orchestrator.Failpoints;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Engine;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Grpc;

/// <summary>Removes ended instances: one, some, or all that a filter finds, a batch a transaction.</summary>
internal sealed class InstancePurges(HubEngine engine, TimeProvider time)
{
    private const int Batch = 100;

    public Task<PurgeInstancesResponse> PurgeAsync(PurgeInstancesRequest request, CancellationToken cancellationToken) =>
        request.RequestCase switch
        {
            PurgeInstancesRequest.RequestOneofCase.InstanceId => PurgeAsync([request.InstanceId], request.Recursive, cancellationToken),
            PurgeInstancesRequest.RequestOneofCase.InstanceBatch => PurgeAsync(
                request.InstanceBatch.InstanceIds, request.Recursive, cancellationToken),
            PurgeInstancesRequest.RequestOneofCase.PurgeInstanceFilter => PurgeAsync(
                request.PurgeInstanceFilter, request.Recursive, cancellationToken),
            _ => throw new HubException(HubRefusal.Invalid, "The purge says neither ids nor a filter."),
        };

    private async Task<PurgeInstancesResponse> PurgeAsync(
        IReadOnlyCollection<string> instanceIds, bool recursive, CancellationToken cancellationToken)
    {
        int removed = await engine.Commits.WriteAsync(
            transaction => transaction.Purge(
                instanceIds.Select(transaction.Tables.Instances.Find).OfType<Instance>().ToList(), recursive),
            cancellationToken);
        Failpoint.Hit("hub.call.purge-committed");
        return new PurgeInstancesResponse { DeletedInstanceCount = removed, IsComplete = true };
    }

    private async Task<PurgeInstancesResponse> PurgeAsync(
        PurgeInstanceFilter request, bool recursive, CancellationToken cancellationToken)
    {
        var filter = new InstanceFilter
        {
            Statuses = request.RuntimeStatus.Count == 0
                ? OrchestrationStatuses.Terminal
                : request.RuntimeStatus.Intersect(OrchestrationStatuses.Terminal).ToList(),
            CreatedFrom = request.CreatedTimeFrom?.ToDateTimeOffset(),
            CreatedTo = request.CreatedTimeTo?.ToDateTimeOffset(),
        };
        var response = new PurgeInstancesResponse { IsComplete = true };
        if (filter.Statuses.Count == 0)
        {
            return response;
        }

        long startedAt = time.GetTimestamp();
        TimeSpan timeout = request.Timeout?.ToTimeSpan() ?? Timeout.InfiniteTimeSpan;
        while (await PurgeBatchAsync(filter, recursive, cancellationToken) is var removed and > 0)
        {
            response.DeletedInstanceCount += removed;
            if (timeout > TimeSpan.Zero && time.GetElapsedTime(startedAt) > timeout)
            {
                response.IsComplete = false;
                break;
            }
        }

        return response;
    }

    private Task<int> PurgeBatchAsync(InstanceFilter filter, bool recursive, CancellationToken cancellationToken) =>
        engine.Commits.WriteAsync(
            transaction => transaction.Purge(transaction.Tables.Instances.Matching(filter, afterKey: 0, Batch), recursive),
            cancellationToken);
}
