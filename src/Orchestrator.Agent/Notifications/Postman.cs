using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Agent.Notifications;

/// <summary>Tells people what is written down for them, for as long as a process works on the data folder; one suffices, more do no harm.</summary>
public sealed class Postman(NoticeRouting routing, Delivery delivery, INotificationStore store, TimeProvider time, ILogger<Postman> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>So long a process that ends goes on sending; what can't be in that time is sent by the next one.</summary>
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan KeptAfterTheEnd = TimeSpan.FromDays(30);

    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromHours(1);

    private readonly CancellationTokenSource _over = new(Timeout.InfiniteTimeSpan, time);

    /// <summary>What is under way is finished, and what happened last is still sent, such as the end of the run that the process was there for.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _over.CancelAfter(LongestEnd);
        await base.StopAsync(cancellationToken);
        await TryAsync(RoundAsync);
    }

    public override void Dispose()
    {
        _over.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        DateTimeOffset sweepsAt = time.GetUtcNow();
        while (!stoppingToken.IsCancellationRequested)
        {
            if (time.GetUtcNow() >= sweepsAt)
            {
                sweepsAt = time.GetUtcNow() + BetweenSweeps;
                await TryAsync(over => store.ForgetAsync(time.GetUtcNow() - KeptAfterTheEnd, over));
            }

            await TryAsync(RoundAsync);
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RoundAsync(CancellationToken over)
    {
        await routing.RouteAsync(over);
        await delivery.DeliverAsync(over);
    }

    private async Task TryAsync(Func<CancellationToken, Task> part)
    {
        try
        {
            await part(_over.Token);
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested)
        {
            // The rows stay; whoever comes next goes on.
        }
        catch (Exception failure)
        {
            // The database may be away for a while.
            Log.RoundFailed(logger, failure);
        }
    }
}
