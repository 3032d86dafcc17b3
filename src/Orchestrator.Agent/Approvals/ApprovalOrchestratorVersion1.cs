using Microsoft.DurableTask;
using Orchestrator.Agent.Stores;

namespace Orchestrator.Agent.Approvals;

/// <summary>Waits for the decisions that runs up to version 4 ask for: it reminds nobody, and what nobody decides stays open.</summary>
[DurableTask(nameof(ApprovalOrchestrator))]
public sealed class ApprovalOrchestratorVersion1 : TaskOrchestrator<string, ApprovalState>
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMinutes(1);

    public override async Task<ApprovalState> RunAsync(TaskOrchestrationContext context, string approvalId)
    {
        TimeSpan wait = FirstWait;
        for (int look = 0; look < ApprovalOrchestrator.LooksOfGeneration; look++)
        {
            ApprovalState state = await context.CallActivityAsync<ApprovalState>(nameof(ReadDecision), approvalId, StepRetries.Durable);
            if (state != ApprovalState.Open)
            {
                return state;
            }

            await context.WaitForDoorbellAsync(wait);
            wait = wait * 2 < ApprovalOrchestrator.LongestWait ? wait * 2 : ApprovalOrchestrator.LongestWait;
        }

        context.ContinueAsNew(approvalId);
        return ApprovalState.Open;
    }
}
