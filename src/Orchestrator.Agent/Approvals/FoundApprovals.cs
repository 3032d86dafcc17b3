namespace Orchestrator.Agent.Approvals;

/// <summary>Approvals, oldest first.</summary>
/// <param name="Approvals">The approvals.</param>
/// <param name="Next">Where the next page begins; null if this is the last.</param>
public sealed record FoundApprovals(IReadOnlyList<Approval> Approvals, long? Next);
