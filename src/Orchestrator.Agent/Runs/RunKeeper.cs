using DurableTask.Core.Exceptions;
using Grpc.Core;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Runs;

/// <summary>
/// Keeps stored runs and the hub together: hands each stored run to the hub once (its id is the instance id, so a repetition
/// is refused), and gives a run whose orchestration died without a result a result that says so.
/// </summary>
public sealed class RunKeeper(
    IRunStore runs,
    RunBeginning beginning,
    ICommandRunner commands,
    IHostStore hosts,
    ToolHost host,
    DataFolder data,
    DurableTaskClient client,
    TimeProvider time,
    ILogger<RunKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan ScheduleInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan BuryInterval = TimeSpan.FromSeconds(5);

    /// <summary>Side by side: a burial waits for the end of commands, and no run's start may wait for that.</summary>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        RepeatAsync(ScheduleAllAsync, ScheduleInterval, stoppingToken), RepeatAsync(BuryAllAsync, BuryInterval, stoppingToken));

    private async Task RepeatAsync(Func<CancellationToken, Task> round, TimeSpan interval, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await round(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // Hub or database may be away for a while; whatever was not done is found again in the next round.
                Log.RoundFailed(logger, failure);
            }
            catch (RpcException failure) when (failure.StatusCode == StatusCode.Cancelled)
            {
                // A call to the hub that the stop has cut short.
                return;
            }

            await Task.Delay(interval, time, stoppingToken);
        }
    }

    private async Task ScheduleAllAsync(CancellationToken cancellationToken)
    {
        foreach (UnfinishedRun run in (await runs.ListUnfinishedAsync(cancellationToken)).Where(run => !run.IsScheduled))
        {
            try
            {
                await ScheduleAsync(run, cancellationToken);
            }
            catch (UnknownModelException failure)
            {
                // Another version of this program took the run in; the runs after it must not wait for it.
                await FinishAsFailedAsync(run, failure.Message, cancellationToken);
            }
        }
    }

    private async Task BuryAllAsync(CancellationToken cancellationToken)
    {
        foreach (UnfinishedRun run in (await runs.ListUnfinishedAsync(cancellationToken)).Where(run => run.IsScheduled))
        {
            try
            {
                await BuryAsync(run, cancellationToken);
            }
            catch (IOException failure)
            {
                // A command of this run can't be ended; it is tried again in the next round, after the other runs' turn.
                Log.NotBuried(logger, run.RunId, failure);
            }
        }
    }

    private async Task ScheduleAsync(UnfinishedRun run, CancellationToken cancellationToken)
    {
        RunState state = run.ResumesFrom ?? await beginning.OfAsync(run.RunId, cancellationToken);
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                nameof(RunOrchestrator),
                state,
                new Microsoft.DurableTask.StartOrchestrationOptions(run.RunId) { Version = RunOrchestrator.NewestVersion },
                cancellationToken);
        }
        catch (OrchestrationAlreadyExistsException)
        {
            OrchestrationMetadata? existing = await client.GetInstanceAsync(run.RunId, getInputsAndOutputs: true, cancellationToken);
            if (existing?.ReadInputAs<RunState>()?.Reopenings != run.Reopenings)
            {
                // The orchestration of the end before the reopening is not over yet; it is replaced once it is.
                return;
            }

            // Else it was scheduled before a crash that came before the note of it.
        }

        await runs.SetScheduledAsync(run.RunId, run.Reopenings, cancellationToken);
    }

    private async Task BuryAsync(UnfinishedRun run, CancellationToken cancellationToken)
    {
        OrchestrationMetadata? instance = await client.GetInstanceAsync(run.RunId, getInputsAndOutputs: true, cancellationToken);
        if (instance is null && run.ParentIsOver is { } isOver)
        {
            await (isOver ? FinishAsFailedAsync(run, "The run that it works for is over.", cancellationToken) : Task.CompletedTask);
            return;
        }

        if (instance is null)
        {
            await ScheduleAsync(run, cancellationToken);
            return;
        }

        if (!instance.IsCompleted || (await runs.FindAsync(run.RunId, cancellationToken))?.Result is not null)
        {
            return;
        }

        if (await hosts.FindAsync(run.RunId, cancellationToken) is { IsLive: true } held && held.Host.Id != host.Id)
        {
            return;   // Its commands are there, and so is a keeper.
        }

        string reason = instance.FailureDetails?.ErrorMessage ?? $"its orchestration ended as {instance.RuntimeStatus}";
        await FinishAsFailedAsync(run, reason, cancellationToken);
    }

    private async Task FinishAsFailedAsync(UnfinishedRun run, string reason, CancellationToken cancellationToken)
    {
        RunSummary summary = await runs.FindAsync(run.RunId, cancellationToken)
            ?? throw new InvalidOperationException($"Run {run.RunId} is gone.");
        Log.RunDied(logger, run.RunId, reason);
        await commands.EndAllAsync(data.EffectsOf(run.RunId), cancellationToken);
        await runs.FinishAsync(
            run.RunId,
            run.Reopenings,
            new RunResult
            {
                Status = RunStatus.Failed,
                Reason = reason,
                Turns = summary.Turns,
                ToolCalls = summary.ToolCalls,
                Usage = summary.Usage,
                CostUsd = summary.CostUsd,
            },
            resumesFrom: null,
            new RunEvent(RunEventKind.Finished, summary.Turns, $"{RunStatus.Failed.InWords()}: {reason}"),
            cancellationToken);
    }
}
