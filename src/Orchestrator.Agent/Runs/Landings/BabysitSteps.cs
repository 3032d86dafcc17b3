using Microsoft.DurableTask;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Runs.Landings;

/// <summary>How a run looks after its pull request, as verbs.</summary>
internal static class BabysitSteps
{
    /// <summary>More than the longest wait has looks.</summary>
    private const int LookLimit = 400;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    /// <summary>How long a commit may have no check before it is taken that there will be none.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Waits for the checks of what was pushed, without holding anything between two looks. Where they fail, the model reads why and works on, for as many
    /// rounds as the task grants; then the run ends as they stand.
    /// </summary>
    public static async Task<RunState> BabysitAsync(this TaskOrchestrationContext context, RunState run, BabysitTerms terms)
    {
        Landing landing = run.Landing!;
        PipelineOutcome outcome = await context.AwaitChecksAsync(run, landing, terms);
        run = run.Landed(landing with { Checks = outcome });
        if (outcome.State == PipelineState.Canceled)
        {
            return run.Canceled();
        }

        if (outcome.State != PipelineState.Failed || run.Rounds >= terms.Rounds)
        {
            return run;
        }

        return await context.TellAsync(run, landing) ? run.TakenUpForChecks() : run;
    }

    private static async Task<PipelineOutcome> AwaitChecksAsync(this TaskOrchestrationContext context, RunState run, Landing landing, BabysitTerms terms)
    {
        DateTime begun = context.CurrentUtcDateTime;
        TimeSpan wait = FirstWait;
        for (int look = 0; look < LookLimit; look++)
        {
            PipelineOutcome outcome = await context.LookAsync(run, landing);
            TimeSpan waited = context.CurrentUtcDateTime - begun;
            bool mayChange = outcome.State == PipelineState.Pending || (outcome.State == PipelineState.None && waited < Grace);
            if (!mayChange)
            {
                return outcome;
            }

            if (waited >= terms.Timeout)
            {
                return outcome.State == PipelineState.None ? outcome : outcome with { State = PipelineState.TimedOut };
            }

            TimeSpan left = terms.Timeout - waited;
            await context.WaitForDoorbellAsync(wait < left ? wait : left);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }

        return new PipelineOutcome(PipelineState.TimedOut, []);
    }

    /// <summary>A host that can't be asked for some minutes may be later.</summary>
    private static async Task<PipelineOutcome> LookAsync(this TaskOrchestrationContext context, RunState run, Landing landing)
    {
        try
        {
            return await context.CallActivityAsync<PipelineOutcome>(nameof(LookAtChecks), new LookAtChecksInput(run.RunId, landing), StepRetries.Durable);
        }
        catch (TaskFailedException)
        {
            return new PipelineOutcome(PipelineState.Pending, []);
        }
    }

    /// <returns>Whether the model reads what failed; not where the host doesn't say.</returns>
    private static async Task<bool> TellAsync(this TaskOrchestrationContext context, RunState run, Landing landing)
    {
        try
        {
            return await context.CallActivityAsync<bool>(nameof(TellChecks), new TellChecksInput(run.RunId, run.Turns, landing), StepRetries.Durable);
        }
        catch (TaskFailedException)
        {
            return false;
        }
    }
}
