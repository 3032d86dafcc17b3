using Google.Protobuf.WellKnownTypes;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Grpc;

/// <summary>Instances as clients see them.</summary>
internal static class InstanceStates
{
    public static OrchestrationState Describe(this HubTables tables, Instance instance, bool withPayloads)
    {
        ExecutionStartedEvent started = tables.Instances.Started(instance.Key).ExecutionStarted;
        var state = new OrchestrationState
        {
            InstanceId = instance.InstanceId,
            ExecutionId = instance.ExecutionId,
            Name = instance.Name,
            Version = instance.Version,
            OrchestrationStatus = instance.Status,
            ParentInstanceId = instance.ParentId,
            CreatedTimestamp = instance.CreatedAt.ToTimestamp(),
            LastUpdatedTimestamp = instance.UpdatedAt.ToTimestamp(),
            ScheduledStartTimestamp = instance.StartsAt?.ToTimestamp(),
            CompletedTimestamp = instance.CompletedAt?.ToTimestamp(),
            Tags = { started.Tags },
        };
        if (withPayloads)
        {
            ExecutionCompletedEvent? ended = tables.Instances.Ended(instance.Key)?.ExecutionCompleted;
            state.Input = started.Input;
            state.CustomStatus = instance.CustomStatus;
            state.Output = ended?.Result;
            state.FailureDetails = ended?.FailureDetails;
        }

        return state;
    }
}
