using Orchestrator.Agent.Approvals;

namespace Orchestrator.Agent.Runs.Reviews;

/// <summary>What reviewers have left out of a diff, one after the other.</summary>
internal static class LeftOut
{
    /// <param name="approvals">The approvals.</param>
    /// <param name="edited">The newest approval that an edit closed; null for none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The files and parts in words, the first ones first.</returns>
    public static async Task<IReadOnlyList<string>> ReadAsync(IApprovalStore approvals, string? edited, CancellationToken cancellationToken)
    {
        List<string> parts = [];
        while (edited is not null && await approvals.FindAsync(edited, cancellationToken) is { } approval)
        {
            parts.InsertRange(0, DroppedParts.TryRead(approval.EditedArguments)?.InWords() ?? []);
            edited = approval.Replaces;
        }

        return parts;
    }
}
