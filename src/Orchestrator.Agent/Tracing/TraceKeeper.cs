using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Turns;

namespace Orchestrator.Agent.Tracing;

/// <summary>Tells whoever listens of turns and runs that are over, each once: a kill in the instant between may lose some, and doubles none.</summary>
public sealed class TraceKeeper(
    ITraceStore traces, IRunStore runs, IReplyStore replies, IApprovalStore approvals, Telemetry telemetry, TimeProvider time, ILogger<TraceKeeper> logger) : BackgroundService
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

    private async Task TellAsync(DueTrace due, CancellationToken cancellationToken)
    {
        RunSummary? run = await runs.FindAsync(due.Run, cancellationToken);
        IReadOnlyList<StoredRunEvent> events = await runs.ReadEventsAsync(due.Run, 0, cancellationToken);
        IReadOnlyList<CommittedReply> answers = await replies.ListAsync(due.Run, cancellationToken);
        IReadOnlyList<Approval> asked = await approvals.ListAsync(due.Run, cancellationToken);
        if (run is null || !await traces.TryTakeAsync(due, cancellationToken))
        {
            return;
        }

        var trace = new RunTrace(run, events, answers, asked);
        IEnumerable<RunSpan> spans = Enumerable.Range(due.Told + 1, due.Turns - due.Told).SelectMany(trace.OfTurn);
        foreach (RunSpan span in due.IsOver ? spans.Concat(trace.OfRun()) : spans)
        {
            telemetry.Tell(span);
        }
    }
}
