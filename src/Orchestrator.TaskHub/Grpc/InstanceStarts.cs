using Orchestrator.Failpoints;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Engine;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Grpc;

/// <summary>Starts instances for clients.</summary>
internal sealed class InstanceStarts(HubEngine engine, PayloadLimit limit)
{
    private const char EntityMark = '@';

    public async Task<CreateInstanceResponse> StartAsync(CreateInstanceRequest request, CancellationToken cancellationToken)
    {
        if (request.Name.Length == 0)
        {
            throw new HubException(HubRefusal.Invalid, "The orchestrator has no name.");
        }

        if (request.InstanceId.StartsWith(EntityMark))
        {
            throw new HubException(HubRefusal.Invalid, $"Instance ids that start with {EntityMark} belong to entities.");
        }

        if (limit.IsExceededBy(request.Input))
        {
            throw new HubException(HubRefusal.Invalid, HubFailures.PayloadTooLarge("The input", limit.Bytes).ErrorMessage);
        }

        if (PayloadLimit.IsExceededBeside(request, request.Input))
        {
            throw new HubException(HubRefusal.Invalid, HubFailures.TooMuchBeside("the start", PayloadLimit.BytesBeside).ErrorMessage);
        }

        // Nothing said: an ended instance gives way, one under way does not.
        IReadOnlyCollection<OrchestrationStatus> replaceable =
            request.OrchestrationIdReusePolicy?.ReplaceableStatus ?? OrchestrationStatuses.Terminal;
        var start = new StartRequest
        {
            InstanceId = request.InstanceId.Length > 0 ? request.InstanceId : Guid.NewGuid().ToString("N"),
            Name = request.Name,
            Version = request.Version,
            Input = request.Input,
            StartsAt = request.ScheduledStartTimestamp?.ToDateTimeOffset(),
            Trace = request.ParentTraceContext,
            Tags = request.Tags,
        };
        await engine.Commits.WriteAsync(transaction => transaction.Start(start, replaceable), cancellationToken);
        Failpoint.Hit("hub.call.start-committed");
        return new CreateInstanceResponse { InstanceId = start.InstanceId };
    }

    public async Task<RestartInstanceResponse> RestartAsync(RestartInstanceRequest request, CancellationToken cancellationToken)
    {
        string newId = request.RestartWithNewInstanceId ? Guid.NewGuid().ToString("N") : request.InstanceId;
        await engine.Commits.WriteAsync(transaction => transaction.Restart(request.InstanceId, newId), cancellationToken);
        Failpoint.Hit("hub.call.restart-committed");
        return new RestartInstanceResponse { InstanceId = newId };
    }
}
