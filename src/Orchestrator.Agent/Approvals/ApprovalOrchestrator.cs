using Microsoft.DurableTask;
using Orchestrator.Agent.Stores;

namespace Orchestrator.Agent.Approvals;

/// <summary>
/// Waits for the decision of one approval; its instance id is the approval's id. The stored decision is the truth: the
/// doorbell only makes it look sooner than its own re-check, which backs off from one minute to sixty, and comes sooner where a reminder,
/// an escalation or the end of the question is due.
/// </summary>
[DurableTask(nameof(ApprovalOrchestrator), Version = NewestVersion)]
public sealed class ApprovalOrchestrator : TaskOrchestrator<string, ApprovalState>
{
    /// <summary>That of the runs that wait by it; those before it wait by <see cref="ApprovalOrchestratorVersion1"/>.</summary>
    public const string NewestVersion = "5";

    /// <summary>Looks at the decision before the wait continues as new.</summary>
    internal const int LooksOfGeneration = 50;

    internal static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(60);

    private static readonly TimeSpan FirstWait = TimeSpan.FromMinutes(1);

    /// <summary>What is due is looked at no sooner than it is.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    public override async Task<ApprovalState> RunAsync(TaskOrchestrationContext context, string approvalId)
    {
        TimeSpan wait = FirstWait;
        for (int look = 0; look < LooksOfGeneration; look++)
        {
            ApprovalLook stands = await context.CallActivityAsync<ApprovalLook>(nameof(AttendApproval), approvalId, StepRetries.Durable);
            if (stands.State != ApprovalState.Open)
            {
                return stands.State;
            }

            TimeSpan due = stands.NextIn is { } next && next > ShortestWait ? next : ShortestWait;
            await context.WaitForDoorbellAsync(stands.NextIn is not null && due < wait ? due : wait);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }

        context.ContinueAsNew(approvalId);
        return ApprovalState.Open;
    }
}
