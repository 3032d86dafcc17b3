using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;
using Orchestrator.Protocol;

namespace Orchestrator.Reliability.Tests.Workloads;

/// <summary>
/// A client that does not give up while its hub is away, and notes what was acknowledged. A call that is repeated may meet what
/// an earlier try has done: that is no failure.
/// </summary>
internal sealed class HubClient(string address) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(10);

    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(address);

    /// <summary>How long it insists, and waits: longer than any machine is busy.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Instances whose start a hub acknowledged, without those that it acknowledged to have forgotten.</summary>
    public ConcurrentDictionary<string, string> Started { get; } = [];

    /// <summary>Events that a hub acknowledged, by instance: each input was sent once.</summary>
    public ConcurrentBag<(string InstanceId, string Input)> Raised { get; } = [];

    /// <summary>Ends that a hub told of.</summary>
    public ConcurrentDictionary<string, OrchestrationStatus> Ended { get; } = [];

    private TaskHubSidecarService.TaskHubSidecarServiceClient Hub => new(_channel);

    public async Task StartAsync(string instanceId, string name, string? input, OrchestrationIdReusePolicy? reuse = null)
    {
        Ended.TryRemove(instanceId, out _);
        var request = new CreateInstanceRequest { InstanceId = instanceId, Name = name, Input = input, OrchestrationIdReusePolicy = reuse };
        await InsistAsync(
            $"start {instanceId}", (_, options) => Hub.StartInstanceAsync(request, options), StatusCode.AlreadyExists);
        Started[instanceId] = name;
    }

    /// <summary>Raises the signal of that number, under another input with each try.</summary>
    public Task SignalAsync(string instanceId, int number) => InsistAsync(
        $"signal {instanceId}",
        (attempt, options) => SignalOnceAsync(instanceId, $"{number}/{attempt}", options));

    public Task SuspendAsync(string instanceId) =>
        InsistAsync($"suspend {instanceId}", (_, options) => Hub.SuspendInstanceAsync(new SuspendRequest { InstanceId = instanceId }, options));

    public Task ResumeAsync(string instanceId) =>
        InsistAsync($"resume {instanceId}", (_, options) => Hub.ResumeInstanceAsync(new ResumeRequest { InstanceId = instanceId }, options));

    public Task TerminateAsync(string instanceId) => InsistAsync(
        $"terminate {instanceId}",
        (_, options) => Hub.TerminateInstanceAsync(new TerminateRequest { InstanceId = instanceId, Recursive = true }, options));

    public Task ForceAsync(string instanceId) => InsistAsync(
        $"force {instanceId}",
        (_, options) => Hub.SkipGracefulOrchestrationTerminationsAsync(
            new SkipGracefulOrchestrationTerminationsRequest { InstanceBatch = new InstanceBatch { InstanceIds = { instanceId } } }, options));

    public Task RewindAsync(string instanceId)
    {
        Ended.TryRemove(instanceId, out _);
        return InsistAsync(
            $"rewind {instanceId}",
            (_, options) => Hub.RewindInstanceAsync(new RewindInstanceRequest { InstanceId = instanceId }, options),
            StatusCode.FailedPrecondition);
    }

    public Task RestartAsync(string instanceId)
    {
        Ended.TryRemove(instanceId, out _);
        return InsistAsync(
            $"restart {instanceId}",
            (_, options) => Hub.RestartInstanceAsync(new RestartInstanceRequest { InstanceId = instanceId }, options),
            StatusCode.FailedPrecondition);
    }

    public async Task PurgeAsync(string instanceId)
    {
        Started.TryRemove(instanceId, out _);
        Ended.TryRemove(instanceId, out _);
        await InsistAsync(
            $"purge {instanceId}",
            (_, options) => Hub.PurgeInstancesAsync(new PurgeInstancesRequest { InstanceId = instanceId }, options));
    }

    /// <summary>Null if there is none.</summary>
    public async Task<OrchestrationState?> FindAsync(string instanceId)
    {
        GetInstanceResponse? found = await InsistAsync(
            $"find {instanceId}", (_, options) => Hub.GetInstanceAsync(new GetInstanceRequest { InstanceId = instanceId, GetInputsAndOutputs = true }, options));
        return found is { Exists: true } ? found.OrchestrationState : null;
    }

    public async Task UntilAsync(string instanceId, Func<OrchestrationState, bool> isThere)
    {
        long startedAt = TimeProvider.System.GetTimestamp();
        while (await FindAsync(instanceId) is not { } state || !isThere(state))
        {
            if (TimeProvider.System.GetElapsedTime(startedAt) > Patience)
            {
                throw new TimeoutException($"{instanceId} is {(await FindAsync(instanceId))?.OrchestrationStatus}, for {Patience}.");
            }

            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    public async Task<OrchestrationState> EndAsync(string instanceId)
    {
        GetInstanceResponse? ended = await InsistAsync(
            $"wait for the end of {instanceId}",
            (_, options) => Hub.WaitForInstanceCompletionAsync(
                new GetInstanceRequest { InstanceId = instanceId, GetInputsAndOutputs = true }, options));
        Ended[instanceId] = ended!.OrchestrationState.OrchestrationStatus;
        return ended.OrchestrationState;
    }

    public Task<int> HistoryLengthAsync(string instanceId) => InsistAsync($"history of {instanceId}", async (_, options) =>
    {
        using AsyncServerStreamingCall<HistoryChunk> stream =
            Hub.StreamInstanceHistory(new StreamInstanceHistoryRequest { InstanceId = instanceId }, options);
        int length = 0;
        await foreach (HistoryChunk chunk in stream.ResponseStream.ReadAllAsync())
        {
            length += chunk.Events.Count;
        }

        return length;
    });

    public Task ComeAndGoAsync() => InsistAsync("work", async (_, options) =>
    {
        var wanted = new WorkItemFilters { Activities = { new ActivityFilter { Name = "Nothing" } } };
        using AsyncServerStreamingCall<WorkItem> stream = Hub.GetWorkItems(new GetWorkItemsRequest { WorkItemFilters = wanted }, options);
        return await stream.ResponseStream.MoveNext(CancellationToken.None);
    });

    public void Dispose() => _channel.Dispose();

    private async Task<bool> SignalOnceAsync(string instanceId, string input, CallOptions options)
    {
        await Hub.RaiseEventAsync(
            new RaiseEventRequest { InstanceId = instanceId, Name = TestTasks.Signal, Input = $"\"{input}\"" }, options);
        Raised.Add((instanceId, input));
        return true;
    }

    private Task<T?> InsistAsync<T>(string what, Func<int, CallOptions, AsyncUnaryCall<T>> call, params StatusCode[] doneAlready)
        where T : class => InsistAsync<T?>(
            what,
            async (attempt, options) =>
            {
                try
                {
                    return await call(attempt, options);
                }
                catch (RpcException exception) when (attempt > 1 && doneAlready.Contains(exception.StatusCode))
                {
                    return null;
                }
            });

    private async Task<T> InsistAsync<T>(string what, Func<int, CallOptions, Task<T>> call)
    {
        long startedAt = TimeProvider.System.GetTimestamp();
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await call(attempt, new CallOptions(deadline: TimeProvider.System.GetUtcNow().UtcDateTime + LongestCall));
            }
            catch (RpcException exception) when (exception.StatusCode
                is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Unknown or StatusCode.DeadlineExceeded or StatusCode.Cancelled)
            {
                if (TimeProvider.System.GetElapsedTime(startedAt) > Patience)
                {
                    throw new TimeoutException($"Gave up to {what} after {attempt} tries.", exception);
                }
            }

            await Task.Delay(Pause, TimeProvider.System);
        }
    }
}
