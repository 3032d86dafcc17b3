using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Agent.Intake.Transitions;

namespace Orchestrator.Agent.Intake.Comments;

/// <summary>Has tickets follow their runs, and tells them of these, for as long as a process works on the data folder; one suffices, more do no harm.</summary>
public sealed class TicketKeeper(TicketMoves moves, TicketComments comments, IntakeSources sources, TimeProvider time, ILogger<TicketKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>So long a process that ends goes on telling; what can't be in that time is told by the next one.</summary>
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _over = new(Timeout.InfiniteTimeSpan, time);

    /// <summary>What is under way is finished, and what happened last is still told, such as the end of a run.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _over.CancelAfter(LongestEnd);
        await base.StopAsync(cancellationToken);
        await RoundAsync();
    }

    public override void Dispose()
    {
        _over.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (IntakeSource source in sources.All)
        {
            if (sources.FindWriteFault(source) is { } fault)
            {
                Log.CannotTell(logger, source.Name, fault);
            }

            if (sources.FindMoveFault(source) is { } hindrance)
            {
                Log.CannotMove(logger, source.Name, hindrance);
            }
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            await RoundAsync();
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RoundAsync()
    {
        try
        {
            // A ticket is told in the same round where it could not be moved.
            await moves.MoveAsync(_over.Token);
            await comments.TellAsync(_over.Token);
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested)
        {
            // The rows stay; whoever comes next goes on.
        }
        catch (Exception failure)
        {
            // The database may be away for a while; what was taken on is due again when its time is over.
            Log.RoundFailed(logger, failure);
        }
    }
}
