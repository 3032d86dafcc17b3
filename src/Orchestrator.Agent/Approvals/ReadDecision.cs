using Microsoft.DurableTask;

namespace Orchestrator.Agent.Approvals;

/// <summary>Reads how an approval stands, and stops its doorbell once it is decided.</summary>
public sealed class ReadDecision(IApprovalStore approvals) : TaskActivity<string, ApprovalState>
{
    public override async Task<ApprovalState> RunAsync(TaskActivityContext context, string approvalId)
    {
        Approval approval = await approvals.FindAsync(approvalId, CancellationToken.None)
            ?? throw new InvalidOperationException($"The approval {approvalId} is not stored.");
        if (approval.State != ApprovalState.Open)
        {
            await approvals.ConsumeDoorbellAsync(approvalId, CancellationToken.None);
        }

        return approval.State;
    }
}
