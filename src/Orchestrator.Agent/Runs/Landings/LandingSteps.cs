using Microsoft.DurableTask;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Runs.Reviews;
using Orchestrator.Agent.Stores;

namespace Orchestrator.Agent.Runs.Landings;

/// <summary>How verified changes get to a remote, as verbs.</summary>
internal static class LandingSteps
{
    /// <summary>How often a landing is tried, each time after a person has said so.</summary>
    private const int AttemptLimit = 20;

    /// <summary>How often a server may ask to be left alone.</summary>
    private const int WaitLimit = 10;

    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>Pushes what was accepted; what is in the way is put before a person, and the verified changes stay the run's patch whatever is said.</summary>
    public static async Task<RunState> LandAsync(this TaskOrchestrationContext context, RunState run)
    {
        string obstacle = string.Empty;
        for (int attempt = 0; attempt < AttemptLimit; attempt++)
        {
            (RunState tried, obstacle) = await context.TryToLandAsync(run, attempt);
            if (obstacle.Length == 0)
            {
                return tried;
            }

            string id = ApprovalId.OfFailedLanding(run.RunId, run.Turns, attempt);
            ApprovalState answer = await context.AskPersonAsync(nameof(OpenFailedLanding), id, new OpenFailedLandingInput(id, run.RunId, run.Turns, obstacle));
            if (answer != ApprovalState.Approved)
            {
                return answer switch
                {
                    ApprovalState.Withdrawn => tried.Canceled(),
                    ApprovalState.ChangesRequested => await context.TakeUpAgainAsync(tried, id),
                    _ => tried.NotLanded(obstacle),
                };
            }
        }

        return run.NotLanded(obstacle);
    }

    /// <returns>The run behind it, with what was pushed before something was in the way, and what that is; empty for nothing.</returns>
    private static async Task<(RunState Run, string Obstacle)> TryToLandAsync(this TaskOrchestrationContext context, RunState run, int attempt)
    {
        RunState reached = run;
        try
        {
            var input = new PlanLandingInput(run.RunId, run.Turns, attempt, run.Verdict!) { Before = run.Landing };
            LandingPlan plan = await context.CallActivityAsync<LandingPlan>(nameof(PlanLanding), input, StepRetries.Durable);
            if (plan.IsEmpty || plan.Obstacle is not null)
            {
                return (run, plan.IsEmpty ? string.Empty : plan.Obstacle!);
            }

            if (!run.LandsUnasked)
            {
                ApprovalState answer = await context.AskPersonAsync(nameof(OpenLandingApproval), plan.ApprovalId, plan);
                if (answer != ApprovalState.Approved)
                {
                    return (await context.NotApprovedAsync(run, plan.ApprovalId, answer), string.Empty);
                }
            }

            PushOutcome pushed = await context.CallActivityAsync<PushOutcome>(nameof(PushBranch), plan, StepRetries.Durable);
            if (pushed.WasCanceled || pushed.Obstacle is not null)
            {
                return pushed.WasCanceled ? (run.Canceled(), string.Empty) : (run, pushed.Obstacle!);
            }

            reached = run.Landed(plan.Landed());
            PullRequestOutcome outcome = plan.PullRequest is null ? new PullRequestOutcome(null) : await context.OpenPullRequestAsync(new OpenPullRequestInput(plan, run.Verdict!));
            if (outcome.Obstacle is { } refusal)
            {
                return (reached, refusal);
            }

            reached = run.Landed(plan.Landed() with { PullRequest = outcome.Opened });
            return (run.Babysit is { } terms && outcome.Opened is not null ? await context.BabysitAsync(reached, terms) : reached, string.Empty);
        }
        catch (TaskFailedException failure)
        {
            return (reached, failure.FailureDetails.ErrorMessage);
        }
    }

    /// <summary>Waits as long as the server asks to be left alone, without holding anything.</summary>
    private static async Task<PullRequestOutcome> OpenPullRequestAsync(this TaskOrchestrationContext context, OpenPullRequestInput input)
    {
        PullRequestOutcome outcome = await context.CallActivityAsync<PullRequestOutcome>(nameof(OpenPullRequest), input, StepRetries.Durable);
        for (int wait = 0; wait < WaitLimit && outcome.RetryAfter is { } asked; wait++)
        {
            await context.CreateTimer(asked < LongestWait ? asked : LongestWait, CancellationToken.None);
            outcome = await context.CallActivityAsync<PullRequestOutcome>(nameof(OpenPullRequest), input, StepRetries.Durable);
        }

        return outcome;
    }

    /// <summary>Who asks for changes has the model work on; any other answer ends the run, with its patch.</summary>
    private static async Task<RunState> NotApprovedAsync(this TaskOrchestrationContext context, RunState run, string approvalId, ApprovalState answer) => answer switch
    {
        ApprovalState.Withdrawn => run.Canceled(),
        ApprovalState.ChangesRequested => await context.TakeUpAgainAsync(run, approvalId),
        ApprovalState.Expired => run.StoppedUnlanded("Nobody decided in time whether the verified diff is pushed"),
        _ => run.StoppedUnlanded("The verified diff was not to be pushed"),
    };

    private static async Task<RunState> TakeUpAgainAsync(this TaskOrchestrationContext context, RunState run, string approvalId)
    {
        await context.CallActivityAsync<bool>(nameof(TellReview), new TellReviewInput(run.RunId, run.Turns, approvalId), StepRetries.Durable);
        return run.TakenUpAgain();
    }
}
