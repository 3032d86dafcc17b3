using Grpc.Core;
using Microsoft.DurableTask.Client.Grpc;
using Microsoft.Extensions.Logging;
using Orchestrator.Failpoints;
using Orchestrator.Protocol;

namespace Microsoft.DurableTask.Worker.Grpc;

/// <summary>Takes one work item from the hub's request to the hub's receipt of the answer.</summary>
internal sealed class WorkItemProcessor(
    HubConnection hub, OrchestratorRunner orchestrators, ActivityRunner activities, WorkItemAnswers answers, ILogger logger)
{
    /// <summary>A hub that has nobody else for an item may hand it out again at once.</summary>
    private static readonly TimeSpan RefusalPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Gives a work item back that this worker doesn't begin any more.</summary>
    public async Task RefuseAsync(WorkItem item, CancellationToken cancellationToken)
    {
        if (item.RequestCase is WorkItem.RequestOneofCase.OrchestratorRequest or WorkItem.RequestOneofCase.ActivityRequest)
        {
            await Task.Delay(RefusalPause, TimeProvider.System, CancellationToken.None);
            await GiveBackAsync(item, cancellationToken);
        }
    }

    /// <summary>Processes a work item. What can't be answered is given back; if even that fails, the hub's lease will end.</summary>
    public async Task ProcessAsync(WorkItem item, CancellationToken cancellationToken)
    {
        try
        {
            if (!await TryAnswerAsync(item, cancellationToken))
            {
                Log.ItemRejected(logger, item.RequestCase, InstanceOf(item));
                await answers.AbandonAsync(item, cancellationToken);
            }
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            Log.ItemCutOff(logger, item.RequestCase, InstanceOf(item));
        }
        catch (Exception failure)
        {
            Log.ItemFailed(logger, failure, item.RequestCase, InstanceOf(item));
            await GiveBackAsync(item, cancellationToken);
        }
    }

    private async Task<bool> TryAnswerAsync(WorkItem item, CancellationToken cancellationToken)
    {
        switch (item.RequestCase)
        {
            case WorkItem.RequestOneofCase.OrchestratorRequest:
                IReadOnlyList<HistoryEvent> past = await ReadPastAsync(item.OrchestratorRequest, cancellationToken);
                Failpoint.Hit("worker.turn.playing");
                OrchestratorResponse? turn = orchestrators.Run(item.OrchestratorRequest, past, item.CompletionToken);
                Failpoint.Hit("worker.turn.played");
                await (turn is null ? Task.CompletedTask : answers.CompleteAsync(turn, cancellationToken));
                Failpoint.Hit("worker.turn.answered");
                return turn is not null;
            case WorkItem.RequestOneofCase.ActivityRequest:
                Failpoint.Hit("worker.activity.received");
                ActivityResponse? result = await activities.RunAsync(item.ActivityRequest, item.CompletionToken);
                Failpoint.Hit("worker.activity.done");
                await (result is null ? Task.CompletedTask : answers.CompleteAsync(result, cancellationToken));
                Failpoint.Hit("worker.activity.answered");
                return result is not null;
            case WorkItem.RequestOneofCase.HealthPing:
                return true;
            default:
                Log.ItemUnknown(logger, item.RequestCase);
                return true;
        }
    }

    private async Task<IReadOnlyList<HistoryEvent>> ReadPastAsync(OrchestratorRequest request, CancellationToken cancellationToken)
    {
        if (!request.RequiresHistoryStreaming)
        {
            return request.PastEvents;
        }

        List<HistoryEvent> past = [.. request.PastEvents];
        using AsyncServerStreamingCall<HistoryChunk> stream = hub.Client.StreamInstanceHistory(
            new StreamInstanceHistoryRequest
            {
                InstanceId = request.InstanceId,
                ExecutionId = request.ExecutionId,
                ForWorkItemProcessing = true,
            },
            cancellationToken: cancellationToken);
        await foreach (HistoryChunk chunk in stream.ResponseStream.ReadAllAsync(cancellationToken))
        {
            past.AddRange(chunk.Events);
            Failpoint.Hit("worker.history.chunk-read");
        }

        return past;
    }

    private async Task GiveBackAsync(WorkItem item, CancellationToken cancellationToken)
    {
        try
        {
            await answers.AbandonAsync(item, cancellationToken);
        }
        catch (Exception failure) when (failure is RpcException or OperationCanceledException)
        {
            Log.ItemNotGivenBack(logger, failure, item.RequestCase, InstanceOf(item));
        }
    }

    private static string InstanceOf(WorkItem item) =>
        item.OrchestratorRequest?.InstanceId ?? item.ActivityRequest?.OrchestrationInstance?.InstanceId ?? string.Empty;
}
