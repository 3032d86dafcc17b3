using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.People;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Turns;
using Orchestrator.Cli.Hosting;

namespace Orchestrator.Cli.Running;

/// <summary>
/// Follows a run to its end. All it sees is the run database, so it doesn't matter which process does the work; when none
/// does, and it is allowed to, it takes the work over.
/// </summary>
internal sealed class RunFollower(Deployment deployment, RunView view)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly HashSet<string> _answered = [];

    /// <summary>Returns at the first open checkpoint.</summary>
    public bool StopsAtCheckpoint { get; init; }

    /// <summary>Answers checkpoints as the local user.</summary>
    public bool ApprovesEverything { get; init; }

    /// <summary>Runs hub and worker itself when no other process does.</summary>
    public bool TakesOver { get; init; } = true;

    /// <summary>Joins a run that is under way: only the end of its past is shown.</summary>
    public bool Joins { get; init; }

    public async Task<RunSummary> FollowAsync(string run, CancellationToken cancellationToken)
    {
        Engine? engine = null;
        try
        {
            var phases = new PhaseWatch(deployment.Services.GetRequiredService<IReplyStore>(), run);
            long seen = Joins ? await ShowPastAsync(run, phases, cancellationToken) : 0;
            var workers = new WorkerWatch(deployment.Data, run, TimeProvider.System);
            string? elsewhere = await deployment.Home.FindOtherAsync(cancellationToken);
            if (elsewhere is not null && TakesOver)
            {
                view.Tell($"the run is worked on elsewhere. {elsewhere}");
            }

            DateTimeOffset nextLookAt = DateTimeOffset.MinValue;
            while (true)
            {
                RunSummary summary = await deployment.FindRunAsync(run, cancellationToken);
                DateTimeOffset now = TimeProvider.System.GetUtcNow();
                if (engine is null && elsewhere is null && summary.Result is null && now >= nextLookAt)
                {
                    engine = TakesOver ? await Engine.TryStartAsync(deployment, drain: null, cancellationToken) : null;
                    nextLookAt = now + LookInterval;
                    if (engine is null && (TakesOver ? workers.LookForWorker() : workers.LookForAnybody()) is { } missing)
                    {
                        view.Tell(missing);
                    }
                }

                seen = await ShowEventsAsync(run, seen, phases, cancellationToken);
                RunPhase phase = workers.IsMissing && engine is null
                    ? new RunPhase.Idle()
                    : await phases.LookAsync(summary.Status, view.Criterion, cancellationToken);
                view.Show(summary, phases.TurnOf(phase), phase);
                if (summary.Result is not null)
                {
                    await ShowEventsAsync(run, seen, phases, cancellationToken);
                    return summary;
                }

                if (summary.Status == RunStatus.Waiting && await HandleCheckpointsAsync(run, cancellationToken))
                {
                    return summary;
                }

                await Task.Delay(Interval, TimeProvider.System, cancellationToken);
            }
        }
        finally
        {
            view.End();
            if (engine is not null)
            {
                await engine.DisposeAsync();
            }
        }
    }

    private async Task<long> ShowPastAsync(string run, PhaseWatch phases, CancellationToken cancellationToken)
    {
        IReadOnlyList<StoredRunEvent> past = await deployment.Runs.ReadEventsAsync(run, 0, cancellationToken);
        foreach (StoredRunEvent happened in past)
        {
            phases.Happened(happened.Event);
        }

        view.ShowPast(past);
        return past.Count == 0 ? 0 : past[^1].Sequence;
    }

    private async Task<long> ShowEventsAsync(string run, long seen, PhaseWatch phases, CancellationToken cancellationToken)
    {
        foreach (StoredRunEvent happened in await deployment.Runs.ReadEventsAsync(run, seen, cancellationToken))
        {
            phases.Happened(happened.Event);
            view.Show(happened);
            seen = happened.Sequence;
        }

        return seen;
    }

    /// <returns>True if following ends here.</returns>
    private async Task<bool> HandleCheckpointsAsync(string run, CancellationToken cancellationToken)
    {
        IApprovalStore approvals = deployment.Services.GetRequiredService<IApprovalStore>();
        IReadOnlyList<Approval> open = await approvals.ListOpenAsync(run, cancellationToken);
        if (ApprovesEverything)
        {
            foreach (Approval approval in open.Where(approval => !AsksForMore(approval) && _answered.Add(approval.Id)))
            {
                DecisionOutcome outcome = await deployment.Services.GetRequiredService<Decisions>().DecideAsync(
                    new Decision(approval.Id, approval.Digest, new Answer.Approve("answered by --yes"), Decider.Local(Environment.UserName)), cancellationToken);
                if (outcome is DecisionOutcome.NotPermitted refused)
                {
                    view.Tell($"{approval.Id}: {refused.Reason}");
                }
            }

            // What the policy leaves to others still waits for them.
            open = await approvals.ListOpenAsync(run, cancellationToken);
        }

        foreach (Approval approval in open)
        {
            view.Show(approval);
        }

        return StopsAtCheckpoint && open.Count > 0;
    }

    /// <summary>Limits are no checkpoints that the requester has answered beforehand: going on without end would be no limit.</summary>
    private static bool AsksForMore(Approval approval) =>
        approval.Kind is CheckpointKind.Budget or CheckpointKind.Compaction or CheckpointKind.Stuck || ApprovalId.IsOfFailedLanding(approval);
}
