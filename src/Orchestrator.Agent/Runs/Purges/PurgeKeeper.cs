using System.Globalization;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Audit;

namespace Orchestrator.Agent.Runs.Purges;

/// <summary>
/// Finishes purges that have begun, whoever began them, and begins those of runs that have been over for as long as runs are kept. Several
/// at work do each other no harm.
/// </summary>
public sealed class PurgeKeeper(
    IPurgeStore purges, RunPurge purge, IOptions<RetentionOptions> options, TimeProvider time, ILogger<PurgeKeeper> logger) : BackgroundService
{
    /// <summary>A round begins no more than so many: the disk and the database are for the runs at work.</summary>
    internal const int MostPerRound = 20;

    /// <summary>So many of them that still are needed may stand before one that may go.</summary>
    private const int MostListed = 1_000;

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
                if (isWell && time.GetUtcNow() >= searchesAt)
                {
                    searchesAt = await BeginDueAsync(stoppingToken) == MostPerRound ? time.GetUtcNow() : time.GetUtcNow() + BetweenSearches;
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

    /// <summary>Begins the purges that are due, at most <see cref="MostPerRound"/>.</summary>
    /// <returns>How many.</returns>
    internal async Task<int> BeginDueAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Keep is not { } kept)
        {
            return 0;
        }

        int begun = 0;
        string why = string.Create(CultureInfo.InvariantCulture, $"kept for {kept.TotalDays:0.##} days after its end");
        foreach (string run in await purges.ListDueAsync(time.GetUtcNow() - kept, MostListed, cancellationToken))
        {
            if (begun < MostPerRound && await purges.BeginAsync(run, AuditAct.System, why, cancellationToken) is PurgeRuling.Free)
            {
                begun++;
            }
        }

        return begun;
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
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // The others' turn comes all the same.
                Log.NotPurged(logger, run, failure);
                isWell = false;
            }
        }

        return isWell;
    }
}
