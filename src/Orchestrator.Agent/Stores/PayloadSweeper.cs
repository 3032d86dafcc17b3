using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Agent.Stores;

/// <summary>
/// Deletes large payloads that were kept and never referred to: a process that ends between the two leaves them; and copies of what is gone.
/// Several at work do each other no harm.
/// </summary>
public sealed class PayloadSweeper(IPayloadStore payloads, IRunFiles files, TimeProvider time, ILogger<PayloadSweeper> logger) : BackgroundService
{
    /// <summary>Nobody takes so long from keeping to referring.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    private static readonly TimeSpan Interval = TimeSpan.FromHours(6);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await SweepAsync(stoppingToken);
            await Task.Delay(Interval, time, stoppingToken);
        }
    }

    /// <summary>One round; what can't be deleted now is tried again in the next.</summary>
    internal async Task SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            int deleted = await payloads.SweepAsync(time.GetUtcNow() - Kept, cancellationToken);
            Log.Swept(logger, deleted);
            await files.SweepAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Log.SweepFailed(logger, failure);
        }
    }
}
