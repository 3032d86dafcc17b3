using Microsoft.DurableTask;
using Orchestrator.Agent.Accounts;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Runs.Setups;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Verification;

namespace Orchestrator.Agent.Runs;

/// <summary>The steps of a run between its turns, as verbs.</summary>
internal static class RunSteps
{
    /// <summary>Has the task's setup commands prepare the workspace, as many slices as that takes.</summary>
    public static async Task<RunState> SetUpAsync(this TaskOrchestrationContext context, RunState run)
    {
        DateTime deadline = context.CurrentUtcDateTime + FollowOptions.Longest;
        while (context.CurrentUtcDateTime < deadline)
        {
            SetupStep step = await context.CallActivityAsync<SetupStep>(nameof(SetUpWorkspace), run.RunId, StepRetries.Durable);
            if (step.State != SetupState.Running)
            {
                return run.After(step);
            }
        }

        throw new InvalidOperationException($"The setup did not end within {FollowOptions.Longest}.");
    }

    public static async Task<RunState> PrepareWorkspaceAsync(this TaskOrchestrationContext context, RunState run)
    {
        await context.CallActivityAsync<bool>(nameof(PrepareWorkspace), run.RunId, StepRetries.Durable);
        return run.Prepared();
    }

    public static Task<Verdict> VerifyAsync(this TaskOrchestrationContext context, RunState run) =>
        context.VerifyAsync(new VerifyRunInput(run.RunId, run.Turns));

    public static async Task<Verdict> VerifyAsync(this TaskOrchestrationContext context, VerifyRunInput input)
    {
        DateTime deadline = context.CurrentUtcDateTime + FollowOptions.Longest;
        while (context.CurrentUtcDateTime < deadline)
        {
            Verdict? verdict = await context.CallActivityAsync<Verdict?>(nameof(VerifyRun), input, StepRetries.Durable);
            if (verdict is not null)
            {
                return verdict;
            }
        }

        throw new InvalidOperationException($"The verification of turn {input.Turn} did not end within {FollowOptions.Longest}.");
    }

    /// <summary>Parks the run at its spent limit until a person raises it; nothing is lost meanwhile.</summary>
    public static async Task<RunState> AskToRaiseAsync(this TaskOrchestrationContext context, RunState run, Limit limit)
    {
        if (run.Budget.Terms.OnLimit == LimitAction.Stop)
        {
            return run.StoppedAt(limit);
        }

        string id = ApprovalId.OfBudget(run.RunId, run.Raises);
        ApprovalState answer = await context.AskPersonAsync(
            nameof(OpenBudgetApproval), id, new OpenBudgetApprovalInput(id, run.RunId, run.Turns, limit, run.Budget));
        if (answer == ApprovalState.Approved && limit == Limit.Account && run.Budget.Shortage is { } shortage)
        {
            await context.CallActivityAsync<bool>(nameof(RaiseAccount), new RaiseAccountInput(id, shortage), StepRetries.Durable);
        }

        return answer switch
        {
            ApprovalState.Approved => run.Raised(limit),
            ApprovalState.Withdrawn => run.Canceled(),
            _ => run.StoppedAt(limit),
        };
    }

    /// <summary>Parks a run that goes in circles until a person says how it goes on.</summary>
    public static async Task<RunState> AskForAdviceAsync(this TaskOrchestrationContext context, RunState run)
    {
        if (run.Budget.Terms.OnLimit == LimitAction.Stop)
        {
            return run.StoppedAsStuck();
        }

        string id = ApprovalId.OfStuck(run.RunId, run.Turns);
        ApprovalState answer = await context.AskPersonAsync(nameof(OpenStuckApproval), id, new OpenStuckApprovalInput(id, run.RunId, run.Turns));
        if (answer == ApprovalState.Approved)
        {
            await context.CallActivityAsync<bool>(nameof(TellAdvice), new TellAdviceInput(run.RunId, run.Turns, id), StepRetries.Durable);
        }

        return answer switch
        {
            ApprovalState.Approved => run.Advised(),
            ApprovalState.Withdrawn => run.Canceled(),
            _ => run.StoppedAsStuck(),
        };
    }

    /// <summary>Replaces the older turns by a summary; where that is of no use again, parks the run until a person says how it goes on.</summary>
    public static async Task<RunState> CompactAsync(this TaskOrchestrationContext context, RunState run, long tokens)
    {
        int number = run.Compaction.Next;
        var input = new CompactTranscriptInput(run.RunId, number, run.Turns, tokens, run.Budget.LeftUsd, run.Compaction.Refusals > 0)
        {
            IsEstimate = run.Compaction.IsEstimate,
        };
        CompactionStep step = await context.CallActivityAsync<CompactionStep>(nameof(CompactTranscript), input, StepRetries.Durable);
        run = run.After(step);
        if (run.IsStopped || !run.Compaction.IsStuck)
        {
            return run;
        }

        string id = ApprovalId.OfCompaction(run.RunId, number);
        ApprovalState answer = await context.AskPersonAsync(
            nameof(OpenCompactionApproval), id, new OpenCompactionApprovalInput(id, run.RunId, number, run.Turns));
        return answer switch
        {
            ApprovalState.Approved => run.GoneOn(),
            ApprovalState.Withdrawn => run.Canceled(),
            _ => run.StoppedAsTooLong(),
        };
    }

    /// <summary>Ends the run; an accepted one whose patch can't be written has failed.</summary>
    public static async Task<RunStatus> FinishAsync(this TaskOrchestrationContext context, RunState run)
    {
        try
        {
            return await context.CallActivityAsync<RunStatus>(nameof(FinishRun), run, StepRetries.Durable);
        }
        catch (TaskFailedException failure) when (failure.FailureDetails.IsCausedBy<PatchException>())
        {
            RunState failed = run.FailedBy(failure.FailureDetails.ErrorMessage);
            return await context.CallActivityAsync<RunStatus>(nameof(FinishRun), failed, StepRetries.Durable);
        }
    }
}
