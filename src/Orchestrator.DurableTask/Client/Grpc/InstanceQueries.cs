using Google.Protobuf.WellKnownTypes;
using Orchestrator.Protocol;

namespace Microsoft.DurableTask.Client.Grpc;

/// <summary>Queries and filters as the hub reads them.</summary>
internal static class InstanceQueries
{
    public static InstanceQuery Of(OrchestrationQuery query, string? token, int? pageSize) => new()
    {
        CreatedTimeFrom = query.CreatedFrom?.ToTimestamp(),
        CreatedTimeTo = query.CreatedTo?.ToTimestamp(),
        RuntimeStatus = { WireStatus.Of(query.Statuses) },
        TaskHubNames = { query.TaskHubNames ?? [] },
        InstanceIdPrefix = query.InstanceIdPrefix,
        MaxInstanceCount = pageSize ?? query.PageSize,
        FetchInputsAndOutputs = query.FetchInputsAndOutputs,
        ContinuationToken = token ?? query.ContinuationToken,
    };

    public static PurgeInstanceFilter Of(PurgeInstancesFilter filter)
    {
        if (filter.Timeout <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(filter), filter.Timeout, "The timeout must be positive.");
        }

        return new PurgeInstanceFilter
        {
            CreatedTimeFrom = filter.CreatedFrom?.ToTimestamp(),
            CreatedTimeTo = filter.CreatedTo?.ToTimestamp(),
            RuntimeStatus = { WireStatus.Of(filter.Statuses) },
            Timeout = filter.Timeout?.ToDuration(),
        };
    }
}
