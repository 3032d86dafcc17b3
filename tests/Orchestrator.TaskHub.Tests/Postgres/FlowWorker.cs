using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Tests.Workers;

namespace Orchestrator.TaskHub.Tests.Postgres;

/// <summary>
/// A worker that does not give up, as those of the SDKs: it comes back to the hub's address when its stream ends, and repeats
/// answers that the hub could not take. Its orchestrator runs some activities one after the other, waits for the event that
/// says so, and ends. Each answer of an activity is another, so that a history tells which one counted.
/// </summary>
internal sealed class FlowWorker : IAsyncDisposable
{
    public const int Activities = 4;
    public const string End = "end";

    private const int Tries = 40;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly GrpcChannel _channel;
    private readonly TaskHubSidecarService.TaskHubSidecarServiceClient _hub;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private int _answers;

    public FlowWorker(string address)
    {
        _channel = GrpcChannel.ForAddress(address);
        _hub = new TaskHubSidecarService.TaskHubSidecarServiceClient(_channel);
        _loop = RunAsync();
    }

    /// <summary>Results that a hub acknowledged, by instance and task.</summary>
    public ConcurrentBag<(string InstanceId, int TaskId, string Result)> Acknowledged { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _channel.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using AsyncServerStreamingCall<WorkItem> stream = _hub.GetWorkItems(new GetWorkItemsRequest(), cancellationToken: _stop.Token);
                while (await stream.ResponseStream.MoveNext(_stop.Token))
                {
                    _ = AnswerAsync(stream.ResponseStream.Current);
                }
            }
            catch (Exception exception) when (exception is RpcException or OperationCanceledException)
            {
                // The hub is away, or the test is over.
            }

            await PauseAsync();
        }
    }

    private async Task AnswerAsync(WorkItem item)
    {
        if (item.OrchestratorRequest is { } turn)
        {
            OrchestratorResponse response = Answers.To(item, Decide([.. turn.PastEvents, .. turn.NewEvents]));
            await SendAsync(() => _hub.CompleteOrchestratorTaskAsync(response, cancellationToken: _stop.Token));
        }
        else if (item.ActivityRequest is { } activity)
        {
            await PauseAsync();
            var response = new ActivityResponse
            {
                InstanceId = activity.OrchestrationInstance.InstanceId,
                TaskId = activity.TaskId,
                Result = $"{Guid.NewGuid():N}-{Interlocked.Increment(ref _answers)}",
                CompletionToken = item.CompletionToken,
            };
            if (await SendAsync(() => _hub.CompleteActivityTaskAsync(response, cancellationToken: _stop.Token)))
            {
                Acknowledged.Add((response.InstanceId, response.TaskId, response.Result));
            }
        }
    }

    private static OrchestratorAction[] Decide(IReadOnlyList<HistoryEvent> history)
    {
        int asked = history.Count(happened => happened.TaskScheduled is not null);
        int answered = history.Count(happened => happened.TaskCompleted is not null);
        return answered < asked ? []
            : asked < Activities ? [Answers.Schedule(asked, "Work")]
            : history.Any(happened => happened.EventRaised?.Name == End) ? [Answers.Complete(Activities)]
            : [];
    }

    /// <returns>Whether the hub took the answer; if not, it wants it from somebody else.</returns>
    private async Task<bool> SendAsync<T>(Func<AsyncUnaryCall<T>> send)
    {
        for (int attempt = 0; attempt < Tries && !_stop.IsCancellationRequested; attempt++)
        {
            try
            {
                await send();
                return true;
            }
            catch (RpcException exception) when (exception.StatusCode is StatusCode.Unavailable or StatusCode.Unknown or StatusCode.Internal)
            {
                await PauseAsync();
            }
            catch (Exception exception) when (exception is RpcException or OperationCanceledException)
            {
                return false;
            }
        }

        return false;
    }

    private Task PauseAsync() => Task.Delay(Pause, TimeProvider.System, _stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
}
