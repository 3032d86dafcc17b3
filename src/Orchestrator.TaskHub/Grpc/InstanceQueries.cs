using System.Globalization;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Engine;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Grpc;

/// <summary>Lists of instances, page by page.</summary>
internal sealed class InstanceQueries(HubEngine engine)
{
    private const int UsualPage = 100;
    private const int LargestPage = 1000;

    // Leaves room for one more instance with all its payloads below the four megabytes of a gRPC receiver.
    private const int PageBytes = 1024 * 1024;

    // Payloads that were not asked for go along while they are this small, in characters: clients of other hubs rely on
    // finding them in every list.
    private const int SmallPayload = 1024;

    public Task<QueryInstancesResponse> QueryAsync(InstanceQuery query, CancellationToken cancellationToken)
    {
        var filter = new InstanceFilter
        {
            Statuses = query.RuntimeStatus,
            CreatedFrom = query.CreatedTimeFrom?.ToDateTimeOffset(),
            CreatedTo = query.CreatedTimeTo?.ToDateTimeOffset(),
            IdPrefix = query.InstanceIdPrefix ?? "",
        };
        long after = string.IsNullOrEmpty(query.ContinuationToken) ? 0 : Number(query.ContinuationToken);
        int limit = PageSize(query.MaxInstanceCount);
        return engine.Commits.ReadAsync(tables => Page(tables, filter, after, limit, query.FetchInputsAndOutputs), cancellationToken);
    }

    public async Task<ListInstanceIdsResponse> ListAsync(ListInstanceIdsRequest request, CancellationToken cancellationToken)
    {
        int limit = PageSize(request.PageSize);
        var filter = new CompletionFilter
        {
            Statuses = request.RuntimeStatus.Count == 0 ? OrchestrationStatuses.Terminal : request.RuntimeStatus,
            From = request.CompletedTimeFrom?.ToDateTimeOffset(),
            To = request.CompletedTimeTo?.ToDateTimeOffset(),
        };
        if (!string.IsNullOrEmpty(request.LastInstanceKey))
        {
            string[] parts = request.LastInstanceKey.Split(':', 2);
            filter = filter with
            {
                AfterCompletedAt = new DateTimeOffset(Number(parts[0]), TimeSpan.Zero),
                AfterKey = Number(parts[^1]),
            };
        }

        IReadOnlyList<Instance> page = await engine.Commits.ReadAsync(
            tables => tables.Instances.Completed(filter, limit), cancellationToken);
        return new ListInstanceIdsResponse
        {
            InstanceIds = { page.Select(instance => instance.InstanceId) },
            LastInstanceKey = page.Count < limit
                ? null
                : string.Create(CultureInfo.InvariantCulture, $"{page[^1].CompletedAt!.Value.UtcTicks}:{page[^1].Key}"),
        };
    }

    private static QueryInstancesResponse Page(HubTables tables, InstanceFilter filter, long after, int limit, bool withPayloads)
    {
        IReadOnlyList<Instance> found = tables.Instances.Matching(filter, after, limit + 1);
        var page = new QueryInstancesResponse();
        int bytes = 0;
        foreach (Instance instance in found)
        {
            if (page.OrchestrationState.Count == limit || bytes > PageBytes)
            {
                Instance last = found[page.OrchestrationState.Count - 1];
                page.ContinuationToken = last.Key.ToString(CultureInfo.InvariantCulture);
                break;
            }

            OrchestrationState state = tables.Describe(instance, withPayloads: true);
            if (!withPayloads)
            {
                KeepSmall(state);
            }

            bytes += state.CalculateSize();
            page.OrchestrationState.Add(state);
        }

        return page;
    }

    private static void KeepSmall(OrchestrationState state)
    {
        state.Input = Small(state.Input);
        state.Output = Small(state.Output);
        state.CustomStatus = Small(state.CustomStatus);
        state.FailureDetails = null;
    }

    private static string? Small(string? payload) => payload?.Length > SmallPayload ? null : payload;

    private static int PageSize(int asked) => asked <= 0 ? UsualPage : Math.Min(asked, LargestPage);

    private static long Number(string token) =>
        long.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw new HubException(HubRefusal.Invalid, "The continuation token is not one of this hub's.");
}
