using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Agent.Intake;

/// <summary>Makes what was taken in runs, for as long as a process works on the data folder; one suffices, more do no harm.</summary>
public sealed class IntakeKeeper(TicketStart start, IIntakeStore store, TimeProvider time, ILogger<IntakeKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan KeptAfterTheEnd = TimeSpan.FromDays(30);

    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        DateTimeOffset sweepsAt = time.GetUtcNow();
        while (!stoppingToken.IsCancellationRequested)
        {
            bool isBusy = false;
            try
            {
                if (time.GetUtcNow() >= sweepsAt)
                {
                    sweepsAt = time.GetUtcNow() + BetweenSweeps;
                    await store.ForgetAsync(time.GetUtcNow() - KeptAfterTheEnd, stoppingToken);
                }

                isBusy = await start.StartNextAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // The database may be away for a while; what was claimed is due again when its time is over.
                Log.RoundFailed(logger, failure);
            }

            if (!isBusy)
            {
                await Task.Delay(Interval, time, stoppingToken);
            }
        }
    }
}
