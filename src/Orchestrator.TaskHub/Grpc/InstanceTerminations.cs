using Orchestrator.Failpoints;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Engine;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Grpc;

/// <summary>Ends instances at once, without asking them or their workers.</summary>
internal sealed class InstanceTerminations(HubEngine engine)
{
    private const int MostAtOnce = 500;

    /// <summary>Names those that were not there, or had ended already.</summary>
    public async Task<SkipGracefulOrchestrationTerminationsResponse> ForceAsync(
        IReadOnlyList<string> instanceIds, string? reason, CancellationToken cancellationToken)
    {
        if (instanceIds.Count > MostAtOnce)
        {
            throw new HubException(HubRefusal.Invalid, $"At most {MostAtOnce} instances can be ended at once, not {instanceIds.Count}.");
        }

        IReadOnlyList<string> left = await engine.Commits.WriteAsync(
            transaction => instanceIds.Distinct().Where(id => !transaction.TryTerminate(id, reason)).ToList(), cancellationToken);
        Failpoint.Hit("hub.call.force-committed");
        return new SkipGracefulOrchestrationTerminationsResponse { UnterminatedInstanceIds = { left } };
    }
}
