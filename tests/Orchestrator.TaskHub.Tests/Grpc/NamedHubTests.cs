using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Tests.Workers;

namespace Orchestrator.TaskHub.Tests.Grpc;

/// <summary>Several task hubs on one server, chosen by the metadata that workers and clients send along.</summary>
public sealed class NamedHubTests : IAsyncLifetime, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hubs-");
    private readonly HubServerOptions _options = new() { Listen = "127.0.0.1:0" };
    private HubServer? _server;
    private GrpcChannel? _channel;

    private string HubFolder => Path.Combine(_folder.FullName, "task-hubs");

    private TaskHubSidecarService.TaskHubSidecarServiceClient Hub => new(_channel);

    public Task InitializeAsync() => OpenAsync();

    public async Task DisposeAsync() => await CloseAsync();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task EachHub_HasItsOwnInstancesAndWorkers()
    {
        await CreateAsync("blue");
        await StartAsync("blue", "a");
        await StartAsync(null, "a");

        using ScriptedWorker worker = ScriptedWorker.Connect(_channel!.CreateCallInvoker(), headers: For("blue"));
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(0, "from blue"));

        Assert.Equal("from blue", (await StateAsync("BLUE", "a"))!.Output);
        Assert.Equal(OrchestrationStatus.Pending, (await StateAsync("default", "a"))!.OrchestrationStatus);
    }

    [Fact]
    public async Task UnknownHub_NotFoundUntilItIsCreated()
    {
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => StartAsync("green", "a"));
        using ScriptedWorker early = ScriptedWorker.Connect(_channel!.CreateCallInvoker(), headers: For("green"));
        RpcException toWorker = await Assert.ThrowsAsync<RpcException>(early.NextMessageAsync);
        await CreateAsync("green");
        await StartAsync("green", "a");

        Assert.Equal((StatusCode.NotFound, StatusCode.NotFound), (refused.StatusCode, toWorker.StatusCode));
        Assert.StartsWith("Task hub not found", refused.Status.Detail, StringComparison.Ordinal);
        Assert.NotNull(await StateAsync("green", "a"));
    }

    [Fact]
    public async Task CreateOnFirstUse_MakesTheHub()
    {
        _options.NamedHubs.CreateOnFirstUse = true;

        await StartAsync("green", "a");

        Assert.NotNull(await StateAsync("green", "a"));
        Assert.True(File.Exists(Path.Combine(HubFolder, "green.db")));
    }

    [Fact]
    public async Task ServerRestarts_HubsAreFoundWhereTheyWere()
    {
        await CreateAsync("blue");
        await StartAsync("blue", "a");

        await CloseAsync();
        await OpenAsync();

        Assert.NotNull(await StateAsync("blue", "a"));
    }

    [Fact]
    public async Task CreateAgain_KeepsOrEmptiesAsAsked()
    {
        await CreateAsync("blue");
        await StartAsync("blue", "a");
        await CreateAsync("blue");
        OrchestrationState? kept = await StateAsync("blue", "a");

        await CreateAsync("blue", isAnew: true);

        Assert.NotNull(kept);
        Assert.Null(await StateAsync("blue", "a"));
    }

    [Fact]
    public async Task Delete_EndsItsStreamsAndLeavesNothing()
    {
        await CreateAsync("blue");
        using ScriptedWorker worker = ScriptedWorker.Connect(_channel!.CreateCallInvoker(), headers: For("blue"));
        await StartAsync("blue", "a");
        await worker.NextTurnAsync();

        await Hub.DeleteTaskHubAsync(new DeleteTaskHubRequest(), For("blue")).ResponseAsync.Soon();
        RpcException ended = await Assert.ThrowsAsync<RpcException>(worker.NextMessageAsync);
        StatusCode again = await StatusOfAsync(() => Hub.DeleteTaskHubAsync(new DeleteTaskHubRequest(), For("blue")).ResponseAsync);

        Assert.Equal((StatusCode.Unavailable, StatusCode.NotFound), (ended.StatusCode, again));
        Assert.Empty(Directory.GetFiles(HubFolder));
        Assert.Equal(StatusCode.NotFound, await StatusOfAsync(() => StartAsync("blue", "a")));
    }

    [Fact]
    public async Task DefaultHub_IsNeitherCreatedNorDeleted()
    {
        Assert.Equal(StatusCode.FailedPrecondition, await StatusOfAsync(() => CreateAsync("Default", isAnew: true)));
        Assert.Equal(
            StatusCode.FailedPrecondition,
            await StatusOfAsync(() => Hub.DeleteTaskHubAsync(new DeleteTaskHubRequest()).ResponseAsync));
    }

    [Theory]
    [InlineData("../hub")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("-dash")]
    [InlineData("a b")]
    [InlineData("a.db")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123")]
    public async Task NameThatNoHubCanHave_IsInvalid(string name)
    {
        _options.NamedHubs.CreateOnFirstUse = true;

        Assert.Equal(StatusCode.InvalidArgument, await StatusOfAsync(() => CreateAsync(name)));
        Assert.Equal(StatusCode.InvalidArgument, await StatusOfAsync(() => StartAsync(name, "a")));
        Assert.False(Directory.Exists(HubFolder));
    }

    [Fact]
    public async Task AsManyHubsAsMayBe_NoMore()
    {
        _options.NamedHubs.Most = 2;
        await CreateAsync("one");
        await CreateAsync("two");

        StatusCode third = await StatusOfAsync(() => CreateAsync("three"));
        await CreateAsync("two", isAnew: true);
        await Hub.DeleteTaskHubAsync(new DeleteTaskHubRequest(), For("one")).ResponseAsync.Soon();
        await CreateAsync("three");

        Assert.Equal(StatusCode.ResourceExhausted, third);
    }

    [Fact]
    public async Task ManyCallersAtOnce_OpenTheHubOnce()
    {
        _options.NamedHubs.CreateOnFirstUse = true;

        await Task.WhenAll(Enumerable.Range(0, 50).Select(number => StartAsync("blue", $"i{number}")));

        QueryInstancesResponse all = await Hub.QueryInstancesAsync(
            new QueryInstancesRequest { Query = new InstanceQuery() }, For("blue")).ResponseAsync.Soon();
        Assert.Equal(50, all.OrchestrationState.Count);
    }

    private static Metadata For(string? hub) => hub is null
        ? []
        : new Metadata { { "taskhub", hub }, { "workerid", "machine,1,abc" }, { "x-user-agent", "durabletask-test/1.0 (tests)" } };

    private static async Task<StatusCode> StatusOfAsync(Func<Task> call) =>
        (await Assert.ThrowsAsync<RpcException>(() => call().Soon())).StatusCode;

    private async Task CreateAsync(string hub, bool isAnew = false) =>
        await Hub.CreateTaskHubAsync(new CreateTaskHubRequest { RecreateIfExists = isAnew }, For(hub)).ResponseAsync.Soon();

    private async Task StartAsync(string? hub, string instanceId) =>
        await Hub.StartInstanceAsync(new CreateInstanceRequest { InstanceId = instanceId, Name = "Flow" }, For(hub)).ResponseAsync.Soon();

    private async Task<OrchestrationState?> StateAsync(string hub, string instanceId) =>
        (await Hub.GetInstanceAsync(new GetInstanceRequest { InstanceId = instanceId, GetInputsAndOutputs = true }, For(hub)).ResponseAsync.Soon())
            .OrchestrationState;

    private async Task OpenAsync()
    {
        _server = await HubServer.StartAsync(
            _options,
            hub => hub.DatabasePath = Path.Combine(_folder.FullName, "hub.db"),
            logging => logging.SetMinimumLevel(LogLevel.Warning),
            TimeProvider.System,
            CancellationToken.None);
        _channel = GrpcChannel.ForAddress(_server.Address);
    }

    private async Task CloseAsync()
    {
        _channel!.Dispose();
        await _server!.DisposeAsync();
    }
}
