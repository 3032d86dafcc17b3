using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Tests.Postgres;

/// <summary>A client that knows several hubs, and asks the next one when one cannot answer.</summary>
internal sealed class FlowClient(params IReadOnlyList<string> addresses) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<GrpcChannel> _channels = [.. addresses.Select(address => GrpcChannel.ForAddress(address))];
    private int _next;

    /// <summary>Returns once a hub has acknowledged the start, or says that it has it already.</summary>
    public Task StartAsync(string instanceId) => InsistAsync(async hub =>
    {
        try
        {
            await hub.StartInstanceAsync(new CreateInstanceRequest { InstanceId = instanceId, Name = "Flow" }, deadline: Deadline());
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.AlreadyExists)
        {
            // A try before this one got through.
        }

        return true;
    });

    /// <summary>Raises the event under a new input with each try.</summary>
    /// <returns>The input that was acknowledged.</returns>
    public Task<string> RaiseAsync(string instanceId, string name) => InsistAsync(async hub =>
    {
        string input = Guid.NewGuid().ToString("N");
        await hub.RaiseEventAsync(new RaiseEventRequest { InstanceId = instanceId, Name = name, Input = input }, deadline: Deadline());
        return input;
    });

    public Task<OrchestrationState> EndAsync(string instanceId) => InsistAsync(async hub =>
        (await hub.WaitForInstanceCompletionAsync(new GetInstanceRequest { InstanceId = instanceId }, deadline: Deadline())).OrchestrationState);

    public Task<IReadOnlyList<HistoryEvent>> HistoryAsync(string instanceId) => InsistAsync(async hub =>
    {
        using AsyncServerStreamingCall<HistoryChunk> stream = hub.StreamInstanceHistory(
            new StreamInstanceHistoryRequest { InstanceId = instanceId }, deadline: Deadline());
        var events = new List<HistoryEvent>();
        while (await stream.ResponseStream.MoveNext(CancellationToken.None))
        {
            events.AddRange(stream.ResponseStream.Current.Events);
        }

        return (IReadOnlyList<HistoryEvent>)events;
    });

    public void Dispose() => _channels.ForEach(channel => channel.Dispose());

    private static DateTime Deadline() => TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(20);

    private async Task<T> InsistAsync<T>(Func<TaskHubSidecarService.TaskHubSidecarServiceClient, Task<T>> call)
    {
        long startedAt = Stopwatch.GetTimestamp();
        while (true)
        {
            GrpcChannel channel = _channels[(int)((uint)Interlocked.Increment(ref _next) % (uint)_channels.Count)];
            try
            {
                return await call(new TaskHubSidecarService.TaskHubSidecarServiceClient(channel));
            }
            catch (RpcException exception) when (
                exception.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Internal
                && Stopwatch.GetElapsedTime(startedAt) < Patience)
            {
                await Task.Delay(Pause, TimeProvider.System);
            }
        }
    }
}
