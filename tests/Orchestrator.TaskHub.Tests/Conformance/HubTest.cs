using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Tests.Workers;

namespace Orchestrator.TaskHub.Tests.Conformance;

/// <summary>A hub on a store, with a clock that the test moves, a client, and workers as needed.</summary>
public abstract class HubTest<TStorage> : IAsyncLifetime
    where TStorage : ITestStorage, new()
{
    private const int MostSteps = 1_500;

    private readonly TStorage _storage = new();
    private readonly List<Hub> _hubs = [];
    private readonly List<ScriptedWorker> _workers = [];

    private protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private protected TaskHubOptions Options { get; } = new();

    // Long: a clock that a test moves by minutes at once would make every worker look stuck.
    private protected virtual TimeSpan LeaseDuration => TimeSpan.FromHours(1);

    private protected Hub Hub => _hubs[^1];

    /// <summary>The open hub's store.</summary>
    private protected FaultyStore Store { get; private set; } = null!;

    private protected TaskHubSidecarService.TaskHubSidecarServiceClient Client => new(Hub.Invoker);

    public Task InitializeAsync()
    {
        Options.LeaseDuration = LeaseDuration;
        return OpenAsync();
    }

    public async Task DisposeAsync()
    {
        _workers.ForEach(worker => worker.Dispose());
        foreach (Hub hub in _hubs)
        {
            await hub.DisposeAsync();
        }

        _storage.Dispose();
    }

    private protected ScriptedWorker Connect(GetWorkItemsRequest? request = null)
    {
        var worker = ScriptedWorker.Connect(Hub.Invoker, request);
        _workers.Add(worker);
        return worker;
    }

    private protected ScriptedWorker ConnectKeeping()
    {
        var worker = ScriptedWorker.ConnectKeeping(Hub.Invoker);
        _workers.Add(worker);
        return worker;
    }

    /// <summary>The hub is gone from one moment to the next; another opens what it left.</summary>
    private protected Task CrashAsync()
    {
        _storage.Crash();
        return OpenAsync();
    }

    private protected async Task StopAndReopenAsync()
    {
        await Hub.StopAsync(CancellationToken.None);
        await OpenAsync();
    }

    private protected async Task<string> StartAsync(string instanceId, string? input = null, string name = "Flow")
    {
        CreateInstanceResponse response = await Client.StartInstanceAsync(
            new CreateInstanceRequest { InstanceId = instanceId, Name = name, Input = input }).ResponseAsync.Soon();
        return response.InstanceId;
    }

    private protected async Task RaiseAsync(string instanceId, string name, string? input = null) =>
        await Client.RaiseEventAsync(
            new RaiseEventRequest { InstanceId = instanceId, Name = name, Input = input }).ResponseAsync.Soon();

    private protected async Task TerminateAsync(string instanceId, string? output = null, bool recursive = false) =>
        await Client.TerminateInstanceAsync(
            new TerminateRequest { InstanceId = instanceId, Output = output, Recursive = recursive }).ResponseAsync.Soon();

    private protected async Task<OrchestrationState?> StateAsync(string instanceId)
    {
        GetInstanceResponse response = await Client.GetInstanceAsync(
            new GetInstanceRequest { InstanceId = instanceId, GetInputsAndOutputs = true }).ResponseAsync.Soon();
        return response.Exists ? response.OrchestrationState : null;
    }

    private protected async Task<OrchestrationState> EndAsync(string instanceId)
    {
        GetInstanceResponse response = await Client.WaitForInstanceCompletionAsync(
            new GetInstanceRequest { InstanceId = instanceId, GetInputsAndOutputs = true }).ResponseAsync.Soon();
        return response.OrchestrationState;
    }

    private protected async Task<IReadOnlyList<HistoryEvent>> HistoryAsync(
        string instanceId, string? executionId = null, bool forWorkItem = false)
    {
        using AsyncServerStreamingCall<HistoryChunk> stream = Client.StreamInstanceHistory(new StreamInstanceHistoryRequest
        {
            InstanceId = instanceId,
            ExecutionId = executionId,
            ForWorkItemProcessing = forWorkItem,
        });
        var events = new List<HistoryEvent>();
        while (await stream.ResponseStream.MoveNext(CancellationToken.None).Soon())
        {
            events.AddRange(stream.ResponseStream.Current.Events);
        }

        return events;
    }

    /// <summary>Lets the hub's time pass, step by step, until something is so.</summary>
    private protected async Task PassTimeUntilAsync(Func<bool> isSo, TimeSpan step)
    {
        for (int steps = 0; !isSo(); steps++)
        {
            Assert.True(steps < MostSteps, $"It is not so after {MostSteps * step}.");
            Time.Advance(step);
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    private protected static async Task<StatusCode> StatusOfAsync(Func<Task> call) =>
        (await Assert.ThrowsAsync<RpcException>(call)).StatusCode;

    private protected static IReadOnlyList<HistoryEvent.EventTypeOneofCase> Kinds(IEnumerable<HistoryEvent> events) =>
        events.Select(happened => happened.EventTypeCase).ToList();

    private async Task OpenAsync()
    {
        var hub = new Hub(
            Options,
            new NamedHubOptions(),
            new TestHubStores(async cancellationToken => Store = new FaultyStore(await _storage.OpenAsync(cancellationToken))),
            Time,
            NullLogger.Instance);
        await hub.StartAsync(CancellationToken.None);
        _hubs.Add(hub);
    }
}
