using DurableTask.Core.Exceptions;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Runs;

/// <summary>
/// Keeps stored runs and the hub together: hands each stored run to the hub once (its id is the instance id, so a repetition
/// is refused), and gives a run whose orchestration died without a result a result that says so.
/// </summary>
public sealed class RunKeeper(
    IRunStore runs,
    ITaskStore tasks,
    IModelCatalogue catalogue,
    ICommandRunner commands,
    DataFolder data,
    DurableTaskClient client,
    TimeProvider time,
    ILogger<RunKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Every so many rounds the scheduled runs are looked at, too.</summary>
    private const int RoundsBetweenChecks = 20;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (int round = 0; !stoppingToken.IsCancellationRequested; round++)
        {
            try
            {
                await KeepAsync(round % RoundsBetweenChecks == 0, stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // Hub or database may be away for a while; whatever was not done is found again in the next round.
                Log.RoundFailed(logger, failure);
            }

            await Task.Delay(Interval, time, stoppingToken);
        }
    }

    private async Task KeepAsync(bool checkScheduled, CancellationToken cancellationToken)
    {
        foreach (UnfinishedRun run in await runs.ListUnfinishedAsync(cancellationToken))
        {
            try
            {
                await KeepAsync(run, checkScheduled, cancellationToken);
            }
            catch (UnknownModelException failure)
            {
                // Another version of this program took the run in; the runs after it must not wait for it.
                await FinishAsFailedAsync(run.RunId, failure.Message, cancellationToken);
            }
        }
    }

    private async Task KeepAsync(UnfinishedRun run, bool checkScheduled, CancellationToken cancellationToken)
    {
        if (!run.IsScheduled)
        {
            await ScheduleAsync(run.RunId, cancellationToken);
        }
        else if (checkScheduled)
        {
            await BuryAsync(run.RunId, cancellationToken);
        }
    }

    private async Task ScheduleAsync(string run, CancellationToken cancellationToken)
    {
        AdmittedTask admitted = await tasks.GetAsync(run, cancellationToken);
        var state = new RunState
        {
            RunId = run,
            Model = admitted.Model,
            Final = admitted.Task.Checkpoints.Final,
            Budget = Budget.Of(admitted.Task.Budget, catalogue.Resolve(admitted.Model).Prices is not null),
        };
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                nameof(RunOrchestrator), state, new Microsoft.DurableTask.StartOrchestrationOptions(run), cancellationToken);
        }
        catch (OrchestrationAlreadyExistsException)
        {
            // Scheduled before a crash that came before the note of it.
        }

        await runs.SetScheduledAsync(run, cancellationToken);
    }

    private async Task BuryAsync(string run, CancellationToken cancellationToken)
    {
        OrchestrationMetadata? instance = await client.GetInstanceAsync(run, getInputsAndOutputs: true, cancellationToken);
        if (instance is null)
        {
            await ScheduleAsync(run, cancellationToken);
            return;
        }

        if (!instance.IsCompleted || (await runs.FindAsync(run, cancellationToken))?.Result is not null)
        {
            return;
        }

        string reason = instance.FailureDetails?.ErrorMessage ?? $"its orchestration ended as {instance.RuntimeStatus}";
        await FinishAsFailedAsync(run, reason, cancellationToken);
    }

    private async Task FinishAsFailedAsync(string run, string reason, CancellationToken cancellationToken)
    {
        RunSummary summary = await runs.FindAsync(run, cancellationToken) ?? throw new InvalidOperationException($"Run {run} is gone.");
        Log.RunDied(logger, run, reason);
        await commands.EndAllAsync(data.EffectsOf(run), cancellationToken);
        await runs.FinishAsync(
            run,
            new RunResult
            {
                Status = RunStatus.Failed,
                Reason = reason,
                Turns = summary.Turns,
                ToolCalls = summary.ToolCalls,
                Usage = summary.Usage,
                CostUsd = summary.CostUsd,
            },
            new RunEvent(RunEventKind.Finished, summary.Turns, $"{RunStatus.Failed.InWords()}: {reason}"),
            cancellationToken);
    }
}
