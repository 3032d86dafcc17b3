using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Orchestrator.Agent.Hosts;

/// <summary>Renews the lease of this process's host, and has it leave what others have taken over while it was away.</summary>
public sealed class HostKeeper(HostLease lease, WorkspaceTakeover takeover, IOptions<HostOptions> options, TimeProvider time, ILogger<HostKeeper> logger)
    : BackgroundService
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromHours(1);

    /// <summary>Side by side: to end commands takes its time, and the lease can't wait for that.</summary>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(RenewAsync(stoppingToken), SweepAsync(stoppingToken));

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await lease.StopServingAsync(cancellationToken);
    }

    private async Task RenewAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await lease.RenewAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                Log.NotRenewed(logger, lease.Host.Id, failure);
            }

            await Task.Delay(options.Value.RenewEvery, time, stoppingToken);
        }
    }

    private async Task SweepAsync(CancellationToken stoppingToken)
    {
        (long Epoch, long At)? last = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            long epoch = lease.Epoch;
            if (epoch > 0 && (last is not { } swept || swept.Epoch != epoch || time.GetElapsedTime(swept.At) >= SweepInterval))
            {
                await takeover.SweepAsync(stoppingToken);
                last = (epoch, time.GetTimestamp());
            }

            await Task.Delay(options.Value.RenewEvery, time, stoppingToken);
        }
    }
}
