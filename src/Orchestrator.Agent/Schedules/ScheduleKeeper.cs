using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Agent.Schedules;

/// <summary>Sees to it that each schedule has an orchestration that keeps it, also where the hub has lost it.</summary>
public sealed class ScheduleKeeper(IScheduleStore schedules, DurableTaskClient client, TimeProvider time, ILogger<ScheduleKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        DateTimeOffset checkAt = DateTimeOffset.MinValue;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                foreach (string id in await schedules.ListUnkeptAsync(stoppingToken))
                {
                    await KeepAsync(id, stoppingToken);
                    await schedules.SetKeptAsync(id, stoppingToken);
                }

                if (time.GetUtcNow() is { } now && now >= checkAt)
                {
                    checkAt = now + CheckInterval;
                    await CheckAllAsync(stoppingToken);
                }
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // Hub or database may be away for a while; what was not done is found again in the next round.
                Log.RoundFailed(logger, failure);
            }

            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task CheckAllAsync(CancellationToken cancellationToken)
    {
        foreach (Schedule schedule in await schedules.ListAsync(tenant: null, cancellationToken))
        {
            if (await client.GetInstanceAsync(schedule.Id, getInputsAndOutputs: false, cancellationToken) is not { IsCompleted: false } instance)
            {
                Log.ScheduleUnkept(logger, schedule.Id);
                await KeepAsync(schedule.Id, cancellationToken);
            }
        }
    }

    private async Task KeepAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                nameof(ScheduleOrchestrator), id, new StartOrchestrationOptions(id) { Version = ScheduleOrchestrator.NewestVersion }, cancellationToken);
        }
        catch (OrchestrationAlreadyExistsException)
        {
            // Another keeper was first, or this one before a kill.
        }
    }
}
