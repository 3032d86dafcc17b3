using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Turns;
using Orchestrator.Agent.Verification;

namespace Orchestrator.Agent.Tracing;

/// <summary>Tells whoever listens of turns and runs that are over, each once: a kill in the instant between may lose some, and doubles none.</summary>
public sealed class TraceKeeper(
    ITraceStore traces,
    IRunStore runs,
    IReplyStore replies,
    IVerdictStore verdicts,
    IApprovalStore approvals,
    Telemetry telemetry,
    TimeProvider time,
    ILogger<TraceKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>What has ended meanwhile is told before the process ends.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TellAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await TellAsync(stoppingToken);
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TellAsync(CancellationToken cancellationToken)
    {
        try
        {
            telemetry.Gauge(await traces.CountAsync(cancellationToken));
            foreach (DueTrace due in await traces.ListDueAsync(cancellationToken))
            {
                await TellAsync(due, cancellationToken);
            }
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // The database may be away for a while; what was not told is found again in the next round.
            Log.RoundFailed(logger, failure);
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }

    /// <summary>Only what has come since is read: a turn of a long run costs what one of a short run does.</summary>
    private async Task TellAsync(DueTrace due, CancellationToken cancellationToken)
    {
        RunSummary? run = await runs.FindAsync(due.Run, cancellationToken);
        IReadOnlyList<StoredRunEvent> events = await runs.ReadEventsAsync(due.Run, due.Seen, cancellationToken);
        List<CommittedReply> answers = [];
        for (int turn = due.Told + 1; turn <= due.Turns; turn++)
        {
            answers.AddRange(await replies.FindAsync(due.Run, turn, cancellationToken) is { } reply ? [reply] : Array.Empty<CommittedReply>());
        }

        Dictionary<int, Verdict> found = [];
        foreach (int turn in events.Where(one => RunTrace.IsVerdict(one.Event.Kind)).Select(one => one.Event.Turn).Distinct())
        {
            if (await verdicts.FindAsync(due.Run, turn, cancellationToken) is { } verdict)
            {
                found[turn] = verdict;
            }
        }

        bool wasAsked = events.Any(one => one.Event.Kind == RunEventKind.CheckpointOpened);
        IReadOnlyList<Approval> asked = wasAsked || due.IsOver ? await approvals.ListAsync(due.Run, cancellationToken) : [];
        if (run is null || !await traces.TryTakeAsync(due, SeenBy(due, events), cancellationToken))
        {
            return;
        }

        var trace = new RunTrace(run, events, answers, found, asked);
        IEnumerable<RunSpan> spans = answers.SelectMany(reply => trace.OfTurn(reply.Turn));
        foreach (RunSpan span in due.IsOver ? spans.Concat(trace.OfRun()) : spans)
        {
            telemetry.Tell(span);
        }
    }

    /// <summary>What belongs to a turn comes before the answer of the next.</summary>
    private static long SeenBy(DueTrace due, IReadOnlyList<StoredRunEvent> events) =>
        events.FirstOrDefault(one => one.Event.Kind == RunEventKind.Answered && one.Event.Turn > due.Turns) is { } next
            ? next.Sequence - 1
            : events.Count > 0 ? events[^1].Sequence : due.Seen;
}
