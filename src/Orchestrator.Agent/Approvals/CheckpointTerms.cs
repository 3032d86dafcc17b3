using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Approvals;

/// <summary>Puts questions to people on the terms that hold for their run.</summary>
public sealed class CheckpointTerms(ITaskStore tasks, IApprovalStore approvals, PolicyBook book)
{
    /// <summary>Opens a question that is about no call; one in whose place it stands was edited.</summary>
    /// <returns>How it stands.</returns>
    public async Task<ApprovalState> OpenAsync(Approval approval, CancellationToken cancellationToken)
    {
        AdmittedTask task = await tasks.GetAsync(approval.RunId, cancellationToken);
        PolicyDocument policy = await book.CurrentAsync(cancellationToken);
        Approval asked = approval with { Requester = task.Requester, Author = task.Author, Tenant = task.Tenant, Terms = TermsOf(policy.Checkpoints, approval.Kind) };
        if (approval.Replaces is { } before && await approvals.FindAsync(before, cancellationToken) is { } edited)
        {
            asked = asked.EditedFrom(edited);
        }

        return (await approvals.OpenAsync(asked, cancellationToken)).State;
    }

    private static AskTerms TermsOf(CheckpointAsks asks, CheckpointKind kind) => kind switch
    {
        CheckpointKind.Tool => asks.Tool,
        CheckpointKind.Plan => asks.Plan,
        CheckpointKind.Final => asks.Final,
        CheckpointKind.Landing => asks.Landing,
        CheckpointKind.Budget => asks.Budget,
        CheckpointKind.Stuck => asks.Stuck,
        CheckpointKind.Compaction => asks.Compaction,
    };
}
