using Microsoft.DurableTask;

namespace Orchestrator.Agent.Approvals;

/// <summary>Looks how an approval stands, does what is due while nobody decides it, and stops its doorbell once it is closed.</summary>
public sealed class AttendApproval(IApprovalStore approvals) : TaskActivity<string, ApprovalLook>
{
    public override async Task<ApprovalLook> RunAsync(TaskActivityContext context, string approvalId)
    {
        ApprovalLook look = await approvals.AttendAsync(approvalId, CancellationToken.None);
        if (look.State != ApprovalState.Open)
        {
            await approvals.ConsumeDoorbellAsync(approvalId, CancellationToken.None);
        }

        return look;
    }
}
