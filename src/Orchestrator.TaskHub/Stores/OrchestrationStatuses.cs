using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Stores;

/// <summary>What the statuses of the protocol mean to the hub.</summary>
internal static class OrchestrationStatuses
{
    public static readonly IReadOnlyList<OrchestrationStatus> Terminal =
        [OrchestrationStatus.Completed, OrchestrationStatus.Failed, OrchestrationStatus.Canceled, OrchestrationStatus.Terminated];

    public static bool IsTerminal(this OrchestrationStatus status) => Terminal.Contains(status);
}
