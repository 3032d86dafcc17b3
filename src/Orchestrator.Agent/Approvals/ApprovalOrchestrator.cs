using Microsoft.DurableTask;
using Orchestrator.Agent.Stores;

namespace Orchestrator.Agent.Approvals;

/// <summary>
/// Waits for the decision of one approval; its instance id is the approval's id. The stored decision is the truth: the
/// doorbell only makes it look sooner than its own re-check, which backs off from one minute to sixty.
/// </summary>
public sealed class ApprovalOrchestrator : TaskOrchestrator<string, ApprovalState>
{
    /// <summary>Looks at the decision before the wait continues as new.</summary>
    private const int LooksOfGeneration = 50;

    private static readonly TimeSpan FirstWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(60);

    public override async Task<ApprovalState> RunAsync(TaskOrchestrationContext context, string approvalId)
    {
        TimeSpan wait = FirstWait;
        for (int look = 0; look < LooksOfGeneration; look++)
        {
            ApprovalState state = await context.CallActivityAsync<ApprovalState>(nameof(ReadDecision), approvalId, StepRetries.Durable);
            if (state != ApprovalState.Open)
            {
                return state;
            }

            await context.WaitForDoorbellAsync(wait);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }

        context.ContinueAsNew(approvalId);
        return ApprovalState.Open;
    }
}
