using Microsoft.DurableTask;
using Orchestrator.Agent.Stores;

namespace Orchestrator.Agent.Approvals;

/// <summary>Asks people from an orchestrator, and waits for what people do.</summary>
public static class ApprovalSteps
{
    /// <summary>The doorbell: it says that there is something to read in the run database, never what.</summary>
    public const string Doorbell = "decided";

    /// <summary>Opens an approval by the given activity and waits, without holding anything, until it is decided or withdrawn.</summary>
    /// <param name="opening">The activity that opens it and returns its <see cref="ApprovalState"/>.</param>
    public static async Task<ApprovalState> AskPersonAsync(this TaskOrchestrationContext context, string opening, string approvalId, object input)
    {
        ApprovalState state = await context.CallActivityAsync<ApprovalState>(opening, input, StepRetries.Durable);
        return state == ApprovalState.Open ? await context.AwaitDecisionAsync(approvalId) : state;
    }

    /// <summary>Waits for the decision of an approval that is open.</summary>
    public static Task<ApprovalState> AwaitDecisionAsync(this TaskOrchestrationContext context, string approvalId)
    {
        bool isOlder = context.CompareVersionTo(ApprovalOrchestrator.NewestVersion) < 0;
        return context.CallSubOrchestratorAsync<ApprovalState>(
            nameof(ApprovalOrchestrator),
            approvalId,
            new SubOrchestrationOptions(instanceId: approvalId) { Version = isOlder ? null : (TaskVersion)ApprovalOrchestrator.NewestVersion });
    }

    /// <summary>Waits for the doorbell of this instance. Ends both waits, whichever came first: a completion and a continue-as-new wait for open timers.</summary>
    public static async Task WaitForDoorbellAsync(this TaskOrchestrationContext context, TimeSpan longest)
    {
        using var over = new CancellationTokenSource();
        Task timer = context.CreateTimer(longest, over.Token);
        Task doorbell = context.WaitForExternalEvent<string>(Doorbell, over.Token);
        await Task.WhenAny(timer, doorbell);

        // Not CancelAsync, whose task is not durable.
        over.Cancel();
    }
}
