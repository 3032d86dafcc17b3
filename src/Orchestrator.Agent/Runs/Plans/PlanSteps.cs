using Microsoft.DurableTask;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Stores;

namespace Orchestrator.Agent.Runs.Plans;

/// <summary>The plan checkpoint, as verbs.</summary>
internal static class PlanSteps
{
    /// <summary>How often one plan may be edited before it is sent back.</summary>
    private const int EditLimit = 10;

    /// <summary>Has people look at the plan with which the model ended its turn. Whatever they say is what the model reads next.</summary>
    public static async Task<RunState> AskAboutPlanAsync(this TaskOrchestrationContext context, RunState run)
    {
        PlanQuestion question = PlanQuestion.First(run);
        ApprovalState answer = await context.AskPersonAsync(nameof(OpenPlanApproval), question.Id, question);
        while (answer == ApprovalState.Edited && question.Revision < EditLimit)
        {
            question = question.Edited();
            answer = await context.AskPersonAsync(nameof(OpenPlanApproval), question.Id, question);
        }

        if (answer == ApprovalState.Withdrawn)
        {
            return run.Canceled();
        }

        if (answer == ApprovalState.Expired)
        {
            return run.StoppedAsUnplanned();
        }

        await context.CallActivityAsync<bool>(nameof(TellPlan), question, StepRetries.Durable);
        return answer == ApprovalState.Approved ? run.Planned() : run.PlanSentBack();
    }
}
