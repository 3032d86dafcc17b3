using Microsoft.DurableTask;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Verification;

namespace Orchestrator.Agent.Runs.Reviews;

/// <summary>The final checkpoint, as verbs.</summary>
internal static class ReviewSteps
{
    /// <summary>Runs of earlier versions know no diffs without parts: the model is told to take them out.</summary>
    private const string PartsSince = "6";

    /// <summary>How often parts may be left out of one diff before it is sent back.</summary>
    private const int EditLimit = 10;

    /// <summary>
    /// Has people look at the verified diff where the task says so; a denial is what the model reads next. Where they leave parts out of it, the rest is
    /// verified before anything else is asked, so that the evidence is of what lands.
    /// </summary>
    public static async Task<RunState> ReviewAsync(this TaskOrchestrationContext context, RunState run, Verdict verdict)
    {
        if (run.Final == FinalCheckpoint.Auto)
        {
            return run.Accepted();
        }

        OpenFinalApprovalInput question = OpenFinalApprovalInput.First(run, verdict);
        ApprovalState answer = await context.AskPersonAsync(nameof(OpenFinalApproval), question.ApprovalId, question);
        while (answer == ApprovalState.Edited && question.Revision < EditLimit && context.CompareVersionTo(PartsSince) >= 0)
        {
            if (await context.CallActivityAsync<string?>(nameof(LeaveOut), question, StepRetries.Durable) is not { } tree)
            {
                return await context.SendBackAsync(run, question, ReviewObstacle.CannotBeParted);
            }

            Verdict rest = await context.VerifyAsync(question.Without(tree));
            if (rest.Tree != tree)
            {
                return run.FailedBy("The rest of the diff could not be verified: the host of the run's files is of an older version.");
            }

            run = run.VerifiedBy(rest);
            if (!rest.Accepted)
            {
                return rest.WasCanceled ? run.Canceled() : await context.SendBackAsync(run, question, ReviewObstacle.RestFails);
            }

            question = question.Edited(rest);
            answer = await context.AskPersonAsync(nameof(OpenFinalApproval), question.ApprovalId, question);
        }

        return answer switch
        {
            ApprovalState.Approved => run.Accepted(),
            ApprovalState.Withdrawn => run.Canceled(),
            ApprovalState.Expired => run.StoppedAsUndecided(),
            _ => await context.SendBackAsync(run, question, ReviewObstacle.None),
        };
    }

    private static async Task<RunState> SendBackAsync(
        this TaskOrchestrationContext context, RunState run, OpenFinalApprovalInput question, ReviewObstacle obstacle)
    {
        var input = new TellReviewInput(run.RunId, run.Turns, question.ApprovalId) { Obstacle = obstacle };
        await context.CallActivityAsync<bool>(nameof(TellReview), input, StepRetries.Durable);
        return run.SentBack();
    }
}
