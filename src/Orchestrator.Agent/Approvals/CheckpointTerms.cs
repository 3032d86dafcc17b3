using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Approvals;

/// <summary>Puts questions to people on the terms that hold for their run.</summary>
public sealed class CheckpointTerms(ITaskStore tasks, IApprovalStore approvals)
{
    /// <summary>Opens a question that is about no call.</summary>
    /// <returns>How it stands.</returns>
    public async Task<ApprovalState> OpenAsync(Approval approval, CancellationToken cancellationToken)
    {
        AdmittedTask task = await tasks.GetAsync(approval.RunId, cancellationToken);
        Approval opened = await approvals.OpenAsync(
            approval with { Requester = task.Requester, Author = task.Author, Tenant = task.Tenant }, cancellationToken);
        return opened.State;
    }
}
