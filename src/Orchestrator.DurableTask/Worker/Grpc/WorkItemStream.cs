using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.DurableTask.Client.Grpc;
using Microsoft.Extensions.Logging;
using Orchestrator.Failpoints;
using Orchestrator.Protocol;

namespace Microsoft.DurableTask.Worker.Grpc;

/// <summary>The stream over which a hub sends work. A hub that is silent for too long is taken for lost: it pings more often.</summary>
internal sealed class WorkItemStream(
    HubConnection hub, GetWorkItemsRequest subscription, Action<WorkItem> dispatch, TimeSpan longestSilence, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan HelloDeadline = TimeSpan.FromSeconds(30);

    /// <summary>Connects, and hands on what comes until the stream ends.</summary>
    public async Task<StreamEnd> ReadToEndAsync(CancellationToken cancellationToken)
    {
        bool hasDelivered = false;
        using CancellationTokenSource silence = new(longestSilence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        try
        {
            Failpoint.Hit("worker.start.connecting");
            await hub.Client.HelloAsync(new Empty(), null, time.GetUtcNow().UtcDateTime.Add(HelloDeadline), either.Token);
            Failpoint.Hit("worker.start.greeted");
            Log.Connected(logger, hub.Target);
            using AsyncServerStreamingCall<WorkItem> stream = hub.Client.GetWorkItems(
                subscription, LiveOrchestration.Announcement(), cancellationToken: either.Token);
            silence.CancelAfter(longestSilence);
            await foreach (WorkItem item in stream.ResponseStream.ReadAllAsync(either.Token))
            {
                silence.CancelAfter(longestSilence);
                hasDelivered = true;
                Failpoint.Hit("worker.item.received");
                dispatch(item);
            }

            Log.StreamEnded(logger, hub.Target);
            return new StreamEnd(hasDelivered, IsChannelSuspect: !hasDelivered);
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException && silence.IsCancellationRequested)
        {
            Log.HubSilent(logger, hub.Target, longestSilence);
            return new StreamEnd(hasDelivered, IsChannelSuspect: true, IsChannelSilent: true);
        }
        catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
        {
            Log.StreamBroken(logger, hub.Target, e.StatusCode, e.Status.Detail);
            return new StreamEnd(hasDelivered, e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded);
        }
    }
}
