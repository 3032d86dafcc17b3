using DurableTask.Core.Exceptions;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Grpc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.DurableTask.Tests.Replay;
using Orchestrator.Protocol;
using Core = DurableTask.Core.History;

namespace Orchestrator.DurableTask.Tests.Client;

public sealed class GrpcDurableTaskClientTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly FakeHub _hub = new();
    private readonly GrpcDurableTaskClient _client;

    public GrpcDurableTaskClientTests()
    {
        GrpcDurableTaskClientOptions options = new() { CallInvoker = _hub, DefaultVersion = "1" };
        _client = new GrpcDurableTaskClient("", options, NullLogger.Instance);
    }

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    [Fact]
    public async Task Start_SendsWhatTheOptionsSay()
    {
        _hub.Answer<CreateInstanceRequest>(request => new CreateInstanceResponse { InstanceId = request.InstanceId });
        DateTimeOffset startAt = new(2026, 1, 1, 1, 0, 0, TimeSpan.FromHours(1));
        StartOrchestrationOptions options = new StartOrchestrationOptions("id", startAt)
        {
            Tags = new Dictionary<string, string> { ["team"] = "a" },
            Version = "",
        }.WithDedupeStatuses(OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Pending);

        string id = await _client.ScheduleNewOrchestrationInstanceAsync("Run", new { A = 1 }, options);

        CreateInstanceRequest request = Assert.IsType<CreateInstanceRequest>(Assert.Single(_hub.Asked));
        Assert.Equal("id", id);
        Assert.Equal(
            ("Run", "id", "", """{"A":1}""", "a"),
            (request.Name, request.InstanceId, request.Version, request.Input, request.Tags["team"]));
        Assert.Equal(new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc), request.ScheduledStartTimestamp.ToDateTime());
        Assert.Equal(
            [
                OrchestrationStatus.Completed,
                OrchestrationStatus.Failed,
                OrchestrationStatus.Terminated,
                OrchestrationStatus.Canceled,
                OrchestrationStatus.Suspended,
            ],
            request.OrchestrationIdReusePolicy.ReplaceableStatus);
    }

    [Fact]
    public async Task StartWithoutOptions_MakesAnIdAndLeavesReuseToTheHub()
    {
        await _client.ScheduleNewOrchestrationInstanceAsync("Run");

        CreateInstanceRequest request = Assert.IsType<CreateInstanceRequest>(Assert.Single(_hub.Asked));
        Assert.True(Guid.TryParseExact(request.InstanceId, "N", out _));
        Assert.Equal("1", request.Version);
        Assert.Null(request.OrchestrationIdReusePolicy);
        Assert.NotNull(request.RequestTime);
    }

    [Theory]
    [InlineData(StatusCode.AlreadyExists, typeof(OrchestrationAlreadyExistsException))]
    [InlineData(StatusCode.InvalidArgument, typeof(ArgumentException))]
    [InlineData(StatusCode.Cancelled, typeof(OperationCanceledException))]
    [InlineData(StatusCode.Unavailable, typeof(RpcException))]
    public async Task StartRefused_ThrowsWhatTheStatusMeans(StatusCode status, System.Type expected)
    {
        _hub.Refuse<CreateInstanceRequest>(status, "because");

        Exception thrown = await Assert.ThrowsAnyAsync<Exception>(() => _client.ScheduleNewOrchestrationInstanceAsync("Run"));

        Assert.IsType(expected, thrown);
    }

    [Theory]
    [InlineData(StatusCode.NotFound, typeof(ArgumentException))]
    [InlineData(StatusCode.FailedPrecondition, typeof(InvalidOperationException))]
    [InlineData(StatusCode.Unimplemented, typeof(NotImplementedException))]
    public async Task OrderRefused_ThrowsWhatTheStatusMeans(StatusCode status, System.Type expected)
    {
        _hub.Refuse<RestartInstanceRequest>(status);
        _hub.Refuse<RewindInstanceRequest>(status);
        _hub.Refuse<PurgeInstancesRequest>(status);

        Assert.IsType(expected, await Assert.ThrowsAnyAsync<Exception>(() => _client.RestartAsync("id")));
        Assert.IsType(expected, await Assert.ThrowsAnyAsync<Exception>(() => _client.RewindInstanceAsync("id", "why")));
        Assert.IsType(expected, await Assert.ThrowsAnyAsync<Exception>(() => _client.PurgeInstanceAsync("id")));
    }

    [Fact]
    public async Task EventToNobody_ReachesTheCallerAsTheHubSaysIt()
    {
        _hub.Refuse<RaiseEventRequest>(StatusCode.NotFound);

        await Assert.ThrowsAsync<RpcException>(() => _client.RaiseEventAsync("nobody", "Go", 1));
    }

    [Fact]
    public async Task LongWaitIsCut_IsRenewed()
    {
        _hub.Refuse<GetInstanceRequest>(StatusCode.DeadlineExceeded);
        _hub.Refuse<GetInstanceRequest>(StatusCode.DeadlineExceeded);
        _hub.Answer<GetInstanceRequest>(_ => Known(OrchestrationStatus.Completed));

        OrchestrationMetadata metadata = await _client.WaitForInstanceCompletionAsync("id", getInputsAndOutputs: true);

        Assert.True(metadata.IsCompleted);
        Assert.Equal(7, metadata.ReadOutputAs<int>());
        Assert.Equal(3, _hub.Asked.Count);
    }

    [Fact]
    public async Task UnknownInstance_IsNull()
    {
        _hub.Answer<GetInstanceRequest>(_ => new GetInstanceResponse { Exists = false });

        Assert.Null(await _client.GetInstanceAsync("nobody"));
    }

    [Fact]
    public async Task PayloadsNotAskedFor_CannotBeRead()
    {
        _hub.Answer<GetInstanceRequest>(_ => Known(OrchestrationStatus.Running));

        OrchestrationMetadata? metadata = await _client.GetInstanceAsync("id");

        Assert.Throws<InvalidOperationException>(() => metadata!.ReadOutputAs<int>());
    }

    [Fact]
    public async Task List_FetchesPageAfterPage()
    {
        _hub.Answer<QueryInstancesRequest>(_ => PageOf("a", token: "next"));
        _hub.Answer<QueryInstancesRequest>(_ => PageOf("b", token: ""));
        OrchestrationQuery query = new(InstanceIdPrefix: "x", Statuses: [OrchestrationRuntimeStatus.Failed], PageSize: 1);

        List<string> ids = [];
        await foreach (OrchestrationMetadata metadata in _client.GetAllInstancesAsync(query))
        {
            ids.Add(metadata.InstanceId);
        }

        InstanceQuery first = new() { InstanceIdPrefix = "x", RuntimeStatus = { OrchestrationStatus.Failed }, MaxInstanceCount = 1 };
        Assert.Equal(["a", "b"], ids);
        Assert.Equal(
            [first, new InstanceQuery(first) { ContinuationToken = "next" }],
            _hub.Asked.OfType<QueryInstancesRequest>().Select(request => request.Query));
    }

    [Fact]
    public async Task TerminateAndPurge_SayHowFarTheyGo()
    {
        _hub.Answer<PurgeInstancesRequest>(_ => new PurgeInstancesResponse { DeletedInstanceCount = 2, IsComplete = true });

        await _client.TerminateInstanceAsync("id", new TerminateInstanceOptions("out", Recursive: true));
        PurgeResult result = await _client.PurgeAllInstancesAsync(
            new PurgeInstancesFilter(Statuses: [OrchestrationRuntimeStatus.Completed]) { Timeout = TimeSpan.FromSeconds(3) });

        Assert.Equal(new TerminateRequest { InstanceId = "id", Output = "\"out\"", Recursive = true }, _hub.Asked[0]);
        Assert.Equal(
            new PurgeInstancesRequest
            {
                PurgeInstanceFilter = new PurgeInstanceFilter
                {
                    RuntimeStatus = { OrchestrationStatus.Completed },
                    Timeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(3)),
                },
            },
            _hub.Asked[1]);
        Assert.Equal((2, true), (result.PurgedInstanceCount, result.IsComplete));
    }

    [Fact]
    public async Task History_IsReadFromAllChunks()
    {
        var stream = _hub.Stream<StreamInstanceHistoryRequest>();
        var scheduled = new HistoryEvent { EventId = 0, TaskScheduled = new() { Name = "Work", Input = "[1]" } };
        stream.TryWrite(new HistoryChunk { Events = { scheduled.At(TestInstance.StartedAt) } });
        stream.TryWrite(new HistoryChunk { Events = { Happened.ActivityFailed(0, Happened.Failure("no")).At(TestInstance.StartedAt) } });
        stream.Complete();

        IList<Core.HistoryEvent> history = await _client.GetOrchestrationHistoryAsync("id");

        Assert.Equal(2, history.Count);
        Core.TaskScheduledEvent call = Assert.IsType<Core.TaskScheduledEvent>(history[0]);
        Assert.Equal(("Work", "[1]"), (call.Name, call.Input));
        Assert.Equal("no", Assert.IsType<Core.TaskFailedEvent>(history[1]).FailureDetails!.ErrorMessage);
    }

    [Fact]
    public async Task NamedClients_AreFoundByNameAndTheDefaultOneDirectly()
    {
        ServiceCollection services = new();
        services.AddLogging();
        services.AddDurableTaskClient(client => client.UseGrpc(options => options.CallInvoker = _hub));
        services.AddDurableTaskClient("other", client => client.UseGrpc(options => options.CallInvoker = _hub).UseDefaultVersion("5"));
        await using ServiceProvider provider = services.BuildServiceProvider();
        IDurableTaskClientProvider clients = provider.GetRequiredService<IDurableTaskClientProvider>();

        await clients.GetClient("other").ScheduleNewOrchestrationInstanceAsync("Run");

        Assert.Same(clients.GetClient(), provider.GetRequiredService<DurableTaskClient>());
        Assert.Equal("5", _hub.Asked.OfType<CreateInstanceRequest>().Single().Version);
        Assert.Throws<ArgumentOutOfRangeException>(() => clients.GetClient("nobody"));
    }

    private static GetInstanceResponse Known(OrchestrationStatus status) =>
        new() { Exists = true, OrchestrationState = State("id", status) };

    private static QueryInstancesResponse PageOf(string id, string token) =>
        new() { OrchestrationState = { State(id, OrchestrationStatus.Failed) }, ContinuationToken = token };

    private static OrchestrationState State(string id, OrchestrationStatus status) => new()
    {
        InstanceId = id,
        Name = "Run",
        OrchestrationStatus = status,
        CreatedTimestamp = Timestamp.FromDateTime(TestInstance.StartedAt),
        LastUpdatedTimestamp = Timestamp.FromDateTime(TestInstance.StartedAt),
        Output = "7",
    };
}
