using Grpc.Core;
using Grpc.Net.Client;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Tests.Grpc;
using Orchestrator.TaskHub.Tests.Workers;
using Orchestrator.Testing.Postgres;

namespace Orchestrator.TaskHub.Tests.Postgres;

/// <summary>Several hubs on one database: whoever connects to any of them is served.</summary>
public sealed class SharedHubTests : IAsyncLifetime
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);

    private readonly List<SharedHub> _hubs = [];
    private readonly List<GrpcChannel> _channels = [];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hubs-");
    private PostgresCluster _cluster = null!;
    private string _database = null!;

    private string TokenFile => Path.Combine(_folder.FullName, "token");

    public async Task InitializeAsync()
    {
        _cluster = await PostgresCluster.Shared;
        _database = await _cluster.CreateDatabaseAsync();
        await File.WriteAllTextAsync(TokenFile, "secret");
    }

    public async Task DisposeAsync()
    {
        _channels.ForEach(channel => channel.Dispose());
        foreach (SharedHub hub in _hubs)
        {
            await hub.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task CallsOfTheOneThatStandsBy_AreTheOwners()
    {
        SharedHub owner = await OpenAsync();
        SharedHub standby = await OpenAsync();
        CallInvoker direct = Connect(owner);
        CallInvoker through = Connect(standby);
        using ScriptedWorker worker = ScriptedWorker.Connect(through);
        var client = new TaskHubSidecarService.TaskHubSidecarServiceClient(through);

        await client.StartInstanceAsync(new CreateInstanceRequest { InstanceId = "a", Name = "Flow" }).ResponseAsync.Soon();
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Schedule(0, "Work"));
        await worker.CompleteAsync(await worker.NextActivityAsync(), "1");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(1, "2"));
        GetInstanceResponse there = await new TaskHubSidecarService.TaskHubSidecarServiceClient(direct)
            .GetInstanceAsync(new GetInstanceRequest { InstanceId = "a", GetInputsAndOutputs = true }).ResponseAsync.Soon();
        RpcException refused = await Assert.ThrowsAsync<RpcException>(
            () => client.RaiseEventAsync(new RaiseEventRequest { InstanceId = "nobody" }).ResponseAsync.Soon());

        Assert.Equal((true, false), (owner.IsOwner, standby.IsOwner));
        Assert.Equal("2", there.OrchestrationState.Output);
        Assert.Equal((StatusCode.NotFound, "There is no instance nobody."), (refused.StatusCode, refused.Status.Detail));
        Assert.Equal(4, await CountEventsAsync(client));
    }

    [Fact]
    public async Task OwnerLeaves_StreamsEndAndTheOtherGoesOn()
    {
        SharedHub owner = await OpenAsync();
        SharedHub standby = await OpenAsync();
        CallInvoker through = Connect(standby);
        var client = new TaskHubSidecarService.TaskHubSidecarServiceClient(through);
        using ScriptedWorker worker = ScriptedWorker.Connect(through);
        await client.StartInstanceAsync(new CreateInstanceRequest { InstanceId = "a", Name = "Flow" }).ResponseAsync.Soon();
        await worker.NextTurnAsync();

        await owner.StopAsync();
        RpcException ended = await Assert.ThrowsAsync<RpcException>(worker.NextMessageAsync);
        await UntilOwnerAsync(standby);
        using ScriptedWorker again = ScriptedWorker.Connect(through);
        WorkItem turn = await again.NextTurnAsync();

        Assert.Equal(StatusCode.Unavailable, ended.StatusCode);
        Assert.Equal("a", turn.OrchestratorRequest.InstanceId);
    }

    [Fact]
    public async Task OwnerFallsSilent_IsReplacedAndStandsByWhenItIsBack()
    {
        SharedHub owner = await OpenAsync();
        SharedHub standby = await OpenAsync();
        var late = new TaskHubSidecarService.TaskHubSidecarServiceClient(Connect(owner));
        owner.Line.Freeze();
        Task<CreateInstanceResponse> lost = late.StartInstanceAsync(
            new CreateInstanceRequest { InstanceId = "lost", Name = "Flow" }).ResponseAsync;

        await UntilOwnerAsync(standby);
        owner.Line.Thaw();
        owner.Line.CutOnce();
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => lost.Soon());
        while (owner.IsOwner || owner.Server!.Hub.OwnerElsewhere is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        await late.StartInstanceAsync(new CreateInstanceRequest { InstanceId = "a", Name = "Flow" }).ResponseAsync.Soon();

        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        Assert.Equal(standby.Address, owner.Server.Hub.OwnerElsewhere);
        Assert.Equal("a", await _cluster.QueryAsync(_database, "SELECT string_agg(instance_id, ',') FROM taskhub.instances"));
    }

    [Fact]
    public async Task TokenIsAskedForByBoth_AndPassedOn()
    {
        await OpenAsync(options => options.TokenFile = TokenFile);
        SharedHub standby = await OpenAsync(options => options.TokenFile = TokenFile);
        var client = new TaskHubSidecarService.TaskHubSidecarServiceClient(Connect(standby));

        async Task<StatusCode> WithAsync(Metadata headers) =>
            (await Assert.ThrowsAsync<RpcException>(async () =>
                await client.RaiseEventAsync(new RaiseEventRequest { InstanceId = "nobody" }, headers).ResponseAsync.Soon())).StatusCode;

        Assert.Equal(StatusCode.Unauthenticated, await WithAsync([]));
        Assert.Equal(StatusCode.NotFound, await WithAsync(new Metadata { { "authorization", "Bearer secret" } }));
    }

    [Fact]
    public async Task OwnerWithTheSameCertificate_IsTrustedAndNoOther()
    {
        (string shared, _) = await TestCertificate.MakeAsync(_folder);
        (string other, _) = await TestCertificate.MakeAsync(_folder);
        await OpenAsync(options => options.CertificateFile = shared);
        SharedHub trusting = await OpenAsync(options => options.CertificateFile = shared);
        SharedHub stranger = await OpenAsync(options => options.CertificateFile = other);

        async Task<StatusCode> ThroughAsync(SharedHub hub) => (await Assert.ThrowsAsync<RpcException>(
            async () => await new TaskHubSidecarService.TaskHubSidecarServiceClient(Connect(hub))
                .RaiseEventAsync(new RaiseEventRequest { InstanceId = "nobody" }).ResponseAsync.Soon())).StatusCode;

        Assert.Equal(StatusCode.NotFound, await ThroughAsync(trusting));
        Assert.Equal(StatusCode.Unavailable, await ThroughAsync(stranger));
    }

    [Fact]
    public async Task WorkerOfTheOneThatStandsByGoes_OwnerHearsOfIt()
    {
        SharedHub owner = await OpenAsync();
        SharedHub standby = await OpenAsync();
        var client = new TaskHubSidecarService.TaskHubSidecarServiceClient(Connect(owner));
        ScriptedWorker gone = ScriptedWorker.Connect(Connect(standby));
        await client.StartInstanceAsync(new CreateInstanceRequest { InstanceId = "a", Name = "Flow" }).ResponseAsync.Soon();
        await gone.NextTurnAsync();

        gone.Dispose();
        using ScriptedWorker next = ScriptedWorker.Connect(Connect(owner));

        Assert.Equal("a", (await next.NextTurnAsync()).OrchestratorRequest.InstanceId);
    }

    [Fact]
    public async Task NamedHubs_AreSchemasThatMoveWithTheOwner()
    {
        SharedHub owner = await OpenAsync();
        SharedHub standby = await OpenAsync();
        var client = new TaskHubSidecarService.TaskHubSidecarServiceClient(Connect(standby));
        var blue = new Metadata { { "taskhub", "blue" } };
        var green = new Metadata { { "taskhub", "green" } };
        await client.CreateTaskHubAsync(new CreateTaskHubRequest(), blue).ResponseAsync.Soon();
        await client.CreateTaskHubAsync(new CreateTaskHubRequest(), green).ResponseAsync.Soon();
        await client.StartInstanceAsync(new CreateInstanceRequest { InstanceId = "a", Name = "Flow" }, blue).ResponseAsync.Soon();
        await client.DeleteTaskHubAsync(new DeleteTaskHubRequest(), green).ResponseAsync.Soon();

        await owner.StopAsync();
        await UntilOwnerAsync(standby);
        GetInstanceResponse inBlue = await client.GetInstanceAsync(new GetInstanceRequest { InstanceId = "a" }, blue).ResponseAsync.Soon();
        GetInstanceResponse inDefault = await client.GetInstanceAsync(new GetInstanceRequest { InstanceId = "a" }).ResponseAsync.Soon();
        RpcException inGreen = await Assert.ThrowsAsync<RpcException>(
            () => client.GetInstanceAsync(new GetInstanceRequest { InstanceId = "a" }, green).ResponseAsync.Soon());

        Assert.Equal((true, false), (inBlue.Exists, inDefault.Exists));
        Assert.Equal(StatusCode.NotFound, inGreen.StatusCode);
        Assert.Equal(
            "taskhub,taskhub_1",
            await _cluster.QueryAsync(_database, "SELECT string_agg(nspname, ',' ORDER BY nspname) FROM pg_namespace WHERE nspname LIKE 'taskhub%'"));
    }

    [Fact]
    public async Task NulInAnId_IsRefused()
    {
        SharedHub hub = await OpenAsync();
        var client = new TaskHubSidecarService.TaskHubSidecarServiceClient(Connect(hub));

        RpcException refused = await Assert.ThrowsAsync<RpcException>(
            () => client.StartInstanceAsync(new CreateInstanceRequest { InstanceId = "a\0b", Name = "Flow" }).ResponseAsync.Soon());
        await client.StartInstanceAsync(new CreateInstanceRequest { InstanceId = "a", Name = "Flow" }).ResponseAsync.Soon();

        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
    }

    private static async Task UntilOwnerAsync(SharedHub hub)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!hub.IsOwner)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        }
    }

    private static async Task<int> CountEventsAsync(TaskHubSidecarService.TaskHubSidecarServiceClient client)
    {
        using AsyncServerStreamingCall<HistoryChunk> stream = client.StreamInstanceHistory(new StreamInstanceHistoryRequest { InstanceId = "a" });
        await stream.ResponseStream.MoveNext(CancellationToken.None).Soon();
        return stream.ResponseStream.Current.Events.Count(happened => happened.OrchestratorStarted is null);
    }

    private async Task<SharedHub> OpenAsync(Action<HubServerOptions>? configure = null)
    {
        SharedHub hub = await SharedHub.StartAsync(_cluster, _database, Lease, configure);
        _hubs.Add(hub);
        return hub;
    }

    private CallInvoker Connect(SharedHub hub)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.Subject == "CN=hub";
        var channel = GrpcChannel.ForAddress(hub.Address, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
        _channels.Add(channel);
        return channel.CreateCallInvoker();
    }
}
