using Orchestrator.Protocol;
using Orchestrator.TaskHub.Engine;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Grpc;

/// <summary>Calls that wait for an instance, at no cost but an object each.</summary>
internal sealed class InstanceWaits(HubEngine engine, TimeProvider time)
{
    // A child's id is often known before the child is there.
    private static readonly TimeSpan LongestAbsence = TimeSpan.FromSeconds(30);

    /// <summary>Waits for the instance to appear, for half a minute, and then for as long as the caller does.</summary>
    /// <exception cref="HubException">It has not appeared, or was purged meanwhile.</exception>
    public async Task<GetInstanceResponse> UntilAsync(
        GetInstanceRequest request, Func<Instance, bool> isThere, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, engine.Stopping);
        await AppearanceAsync(request.InstanceId, stop.Token);
        return await engine.Waiters.UntilAsync(
            request.InstanceId, () => engine.Commits.ReadAsync(tables => Look(tables, request, isThere), stop.Token), stop.Token);
    }

    private static GetInstanceResponse? Look(HubTables tables, GetInstanceRequest request, Func<Instance, bool> isThere)
    {
        if (tables.Instances.Find(request.InstanceId) is not { } instance)
        {
            throw Unknown(request.InstanceId);
        }

        return isThere(instance)
            ? new GetInstanceResponse { Exists = true, OrchestrationState = tables.Describe(instance, request.GetInputsAndOutputs) }
            : null;
    }

    private static HubException Unknown(string instanceId) =>
        new(HubRefusal.UnknownInstance, $"There is no instance {instanceId}.");

    private async Task AppearanceAsync(string instanceId, CancellationToken cancellationToken)
    {
        using var absence = new CancellationTokenSource(LongestAbsence, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, absence.Token);
        try
        {
            await engine.Waiters.UntilAsync(
                instanceId, () => engine.Commits.ReadAsync(tables => tables.Instances.Find(instanceId), stop.Token), stop.Token);
        }
        catch (OperationCanceledException) when (absence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Unknown(instanceId);
        }
    }
}
