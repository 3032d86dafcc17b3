using Microsoft.DurableTask;
using Orchestrator.Agent.Stores;

namespace Orchestrator.Agent.Approvals;

/// <summary>Asks people from an orchestrator.</summary>
public static class ApprovalSteps
{
    /// <summary>The doorbell: it says that a decision can be read, never which.</summary>
    public const string Doorbell = "decided";

    /// <summary>Opens an approval by the given activity and waits, without holding anything, until it is decided or withdrawn.</summary>
    /// <param name="opening">The activity that opens it and returns its <see cref="ApprovalState"/>.</param>
    public static async Task<ApprovalState> AskPersonAsync(this TaskOrchestrationContext context, string opening, string approvalId, object input)
    {
        ApprovalState state = await context.CallActivityAsync<ApprovalState>(opening, input, StepRetries.Durable);
        return state == ApprovalState.Open
            ? await context.CallSubOrchestratorAsync<ApprovalState>(
                nameof(ApprovalOrchestrator), approvalId, new SubOrchestrationOptions(instanceId: approvalId))
            : state;
    }
}
