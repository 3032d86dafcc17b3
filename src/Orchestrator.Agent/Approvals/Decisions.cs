namespace Orchestrator.Agent.Approvals;

/// <summary>Takes decisions in, from the command line and from anywhere else. It counts as soon as it is stored.</summary>
public sealed class Decisions(IApprovalStore approvals)
{
    /// <param name="decision">What is said, and by whom; who that is the caller knows, never the person says.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<DecisionOutcome> DecideAsync(Decision decision, CancellationToken cancellationToken) => approvals.DecideAsync(decision, cancellationToken);
}
