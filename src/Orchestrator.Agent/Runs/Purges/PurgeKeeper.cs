using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Agent.Runs.Purges;

/// <summary>
/// Finishes purges that have begun, whoever began them, and begins those of runs that have been over for as long as runs are kept. Several
/// at work do each other no harm.
/// </summary>
public sealed class PurgeKeeper(
    IPurgeStore purges, RunPurge purge, DuePurges due, TimeProvider time, ILogger<PurgeKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan BetweenSearches = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        DateTimeOffset searchesAt = time.GetUtcNow();
        while (!stoppingToken.IsCancellationRequested)
        {
            bool isWell = true;
            try
            {
                isWell = await FinishAllAsync(stoppingToken);
                if (time.GetUtcNow() >= searchesAt)
                {
                    searchesAt = await due.BeginAsync(stoppingToken) ? time.GetUtcNow() : time.GetUtcNow() + BetweenSearches;
                }
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // Hub or database may be away for a while.
                Log.RoundFailed(logger, failure);
                isWell = false;
            }
            catch (RpcException failure) when (failure.StatusCode == StatusCode.Cancelled)
            {
                // A call to the hub that the stop has cut short.
                return;
            }

            await Task.Delay(isWell ? Interval : AfterFailure, time, stoppingToken);
        }
    }

    private async Task<bool> FinishAllAsync(CancellationToken cancellationToken)
    {
        bool isWell = true;
        foreach (string run in await purges.ListBegunAsync(cancellationToken))
        {
            try
            {
                await purge.TryFinishAsync(run, cancellationToken);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException || (failure is RpcException && !cancellationToken.IsCancellationRequested))
            {
                // The others' turn comes all the same.
                Log.NotPurged(logger, run, failure);
                isWell = false;
            }
        }

        return isWell;
    }
}
