using Microsoft.DurableTask;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Runs.Plans;
using Orchestrator.Agent.Runs.Reviews;
using Orchestrator.Agent.Runs.SubAgents;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Turns;
using Orchestrator.Agent.Verification;

namespace Orchestrator.Agent.Runs;

/// <summary>
/// One run from its workspace to its end: turn after turn, verification of every submission, a person's review of what was
/// verified. It continues as new every few turns, so that its history stays flat. A generation ends on the version it began
/// with; the next one moves to <see cref="NewestVersion"/>.
/// </summary>
[DurableTask(nameof(RunOrchestrator), Version = NewestVersion)]
public class RunOrchestrator : TaskOrchestrator<RunState, RunStatus>
{
    /// <summary>The version of runs that start now. A change of what is called, or in which order, is a new version: see docs/architecture.md.</summary>
    public const string NewestVersion = "7";

    /// <summary>Turns after which the run continues as new.</summary>
    internal const int StepsPerGeneration = 20;

    /// <summary>False in version 1, which knew no compaction.</summary>
    protected virtual bool Compacts => true;

    /// <summary>False before version 3, which has sub-agents.</summary>
    protected virtual bool Delegates => true;

    public override async Task<RunStatus> RunAsync(TaskOrchestrationContext context, RunState run)
    {
        while (!run.IsStopped && run.StepsOfGeneration < StepsPerGeneration)
        {
            try
            {
                run = await StepAsync(context, run);
            }
            catch (TaskFailedException failure)
            {
                run = run.FailedBy(failure.FailureDetails.ErrorMessage);
            }
        }

        if (run.IsStopped)
        {
            return await context.FinishAsync(run);
        }

        context.ContinueAsNew(new ContinueAsNewOptions { NewInput = run.Continued(), NewVersion = NewestVersion });
        return RunStatus.Running;
    }

    private async Task<RunState> StepAsync(TaskOrchestrationContext context, RunState run)
    {
        if (run.NeedsSetup)
        {
            return await context.SetUpAsync(run);
        }

        if (!run.IsPrepared)
        {
            return await context.PrepareWorkspaceAsync(run);
        }

        if (run.Budget.SpentLimit is { } limit)
        {
            return await context.AskToRaiseAsync(run, limit);   // parks; nothing is lost
        }

        if (Compacts && run.Compaction.Tokens is { } tokens)
        {
            return await context.CompactAsync(run, tokens);
        }

        if (run.IsStuck)
        {
            return await context.AskForAdviceAsync(run);
        }

        Turn turn = await context.TakeTurnAsync(run.NextQuestion, Delegates ? context.DelegateAsync : null);
        run = run.After(turn);
        if (!turn.IsSubmission)
        {
            return run;
        }

        if (run.NeedsPlan)
        {
            return await context.AskAboutPlanAsync(run);
        }

        Verdict verdict = await context.VerifyAsync(run);
        if (verdict.WasCanceled)
        {
            return run.Canceled();
        }

        if (!verdict.Accepted)
        {
            return run.RejectedBy(verdict);   // its findings are what the model reads next
        }

        run = await context.ReviewAsync(run.VerifiedBy(verdict), verdict);
        return run is { Lands: true, End: RunStatus.Accepted } ? await context.LandAsync(run) : run;
    }
}
