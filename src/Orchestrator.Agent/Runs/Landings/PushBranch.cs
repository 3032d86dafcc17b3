using Microsoft.DurableTask;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Runs.Landings;

/// <summary>What came of a push.</summary>
/// <param name="Obstacle">Why the commit is not there, in words; null if it is.</param>
/// <param name="WasCanceled">The run was canceled before.</param>
public sealed record PushOutcome(string? Obstacle, bool WasCanceled = false);

/// <summary>
/// Pushes what was planned, from the trusted git folder and outside the sandbox. It looks before it writes, so a repeated activity finds its own
/// commit and changes nothing.
/// </summary>
public sealed class PushBranch(Remotes remotes, ITranscriptStore transcripts, CancelWatch cancel, Redactor redactor, DataFolder data) : TaskActivity<LandingPlan, PushOutcome>
{
    private const int LongestObstacle = 2_000;

    public override async Task<PushOutcome> RunAsync(TaskActivityContext context, LandingPlan plan)
    {
        CancellationToken cancellationToken = CancellationToken.None;
        PushOutcome outcome;
        try
        {
            outcome = await remotes.AskAsync(
                data.GitOf(plan.RunId), RemoteAddress.Parse(plan.Remote, "/"), remote => PushAsync(remote, plan, cancellationToken), cancellationToken);
        }
        catch (GitException refused)
        {
            outcome = new PushOutcome(Bounded($"git could not push {plan.Branch} to {plan.Remote}: {redactor.Redact(refused.Said)}"));
        }

        if (outcome.Obstacle is not null || outcome.WasCanceled)
        {
            return outcome;
        }

        await transcripts.AppendAsync(
            plan.RunId, TranscriptKey.Pushed(plan.Commit), [], new RunEvent(RunEventKind.Pushed, plan.Turn, plan.Landed().InWords), cancellationToken);
        return outcome;
    }

    private async Task<PushOutcome> PushAsync(RemoteRepository remote, LandingPlan plan, CancellationToken cancellationToken)
    {
        string? there = (await remote.FindAsync([plan.Branch], cancellationToken)).GetValueOrDefault(plan.Branch);
        if (there == plan.Commit)
        {
            return new PushOutcome(null);
        }

        if (await cancel.IsCanceledAsync(plan.RunId, cancellationToken))
        {
            return new PushOutcome(null, WasCanceled: true);
        }

        if (there != plan.Expected)
        {
            return new PushOutcome(
                $"The branch {plan.Branch} on {plan.Remote} is {(there is null ? "gone" : $"at {there[..12]}")} and was {(plan.Expected is null ? "not there" : $"at {plan.Expected[..12]}")} "
                + "when it was looked at: somebody else has moved it.");
        }

        await remote.PushAsync(plan.Commit, plan.Branch, plan.Expected, cancellationToken);
        return new PushOutcome(null);
    }

    private static string Bounded(string text) => ShortText.Shortened(text, LongestObstacle);
}
