using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Agent.Notifications;

/// <summary>Tells people what is written down for them, for as long as a process works on the data folder; one suffices, more do no harm.</summary>
public sealed class Postman(NoticeRouting routing, Delivery delivery, INotificationStore store, TimeProvider time, ILogger<Postman> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>What happened last, such as the end of the run that the process was there for, is still sent; what can't be in that time is sent by the next process.</summary>
    private static readonly TimeSpan LastRound = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan KeptAfterTheEnd = TimeSpan.FromDays(30);

    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        DateTimeOffset sweepsAt = time.GetUtcNow();
        while (!stoppingToken.IsCancellationRequested)
        {
            if (time.GetUtcNow() >= sweepsAt)
            {
                sweepsAt = time.GetUtcNow() + BetweenSweeps;
                await TryAsync(() => store.ForgetAsync(time.GetUtcNow() - KeptAfterTheEnd, stoppingToken), stoppingToken);
            }

            await TryAsync(() => RoundAsync(stoppingToken), stoppingToken);
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        using var over = new CancellationTokenSource(LastRound, time);
        await TryAsync(() => RoundAsync(over.Token), over.Token);
    }

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        await routing.RouteAsync(cancellationToken);
        await delivery.DeliverAsync(cancellationToken);
    }

    private async Task TryAsync(Func<Task> part, CancellationToken cancellationToken)
    {
        try
        {
            await part();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
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
