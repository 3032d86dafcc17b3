using System.Net.Sockets;
using System.Runtime.Versioning;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;
using Orchestrator.Protocol;
using Orchestrator.Sql;
using Orchestrator.TaskHub.Tests.Workers;

namespace Orchestrator.TaskHub.Tests.Grpc;

[SupportedOSPlatform("linux")]
public sealed class HubServerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hub-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task OverLoopback_ServesWorkerAndClient()
    {
        await using HubServer server = await ServeAsync(new HubServerOptions { Listen = "127.0.0.1:0" });
        using GrpcChannel channel = GrpcChannel.ForAddress(server.Address);

        Assert.Equal("\"done\"", (await RunAsync(channel.CreateCallInvoker())).Output);
    }

    [Fact]
    public async Task OverAUnixSocket_ServesItsUserOnly()
    {
        string path = Path.Combine(_folder.FullName, "hub.sock");
        await using HubServer server = await ServeAsync(new HubServerOptions { Listen = $"unix:{path}" });
        using GrpcChannel channel = Over(path);

        Assert.Equal("\"done\"", (await RunAsync(channel.CreateCallInvoker())).Output);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task SocketFileOfAKilledHub_IsReplaced()
    {
        string path = Path.Combine(_folder.FullName, "hub.sock");
        using (var abandoned = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            abandoned.Bind(new UnixDomainSocketEndPoint(path));
            File.Move(path, path + ".kept");
        }

        File.Move(path + ".kept", path);

        await using HubServer server = await ServeAsync(new HubServerOptions { Listen = $"unix:{path}" });
        using GrpcChannel channel = Over(path);

        Assert.Equal("\"done\"", (await RunAsync(channel.CreateCallInvoker())).Output);
    }

    [Fact]
    public async Task TokenIsAskedFor_OnlyItsBearerPasses()
    {
        string tokenFile = Path.Combine(_folder.FullName, "token");
        await File.WriteAllTextAsync(tokenFile, "secret\n");
        await using HubServer server = await ServeAsync(new HubServerOptions { Listen = "127.0.0.1:0", TokenFile = tokenFile });
        using GrpcChannel channel = GrpcChannel.ForAddress(server.Address);
        var client = new TaskHubSidecarService.TaskHubSidecarServiceClient(channel);

        async Task<StatusCode> WithAsync(Metadata headers) =>
            (await Assert.ThrowsAsync<RpcException>(async () =>
                await client.RaiseEventAsync(new RaiseEventRequest { InstanceId = "nobody" }, headers).ResponseAsync.Soon())).StatusCode;

        Assert.Equal(StatusCode.Unauthenticated, await WithAsync([]));
        Assert.Equal(StatusCode.Unauthenticated, await WithAsync(new Metadata { { "authorization", "Bearer wrong" } }));
        Assert.Equal(StatusCode.NotFound, await WithAsync(new Metadata { { "authorization", "Bearer secret" } }));
    }

    [Fact]
    public async Task WithCertificateAndToken_ListensToTheWorldOverTls()
    {
        (string certificate, string fingerprint) = await TestCertificate.MakeAsync(_folder);
        string tokenFile = Path.Combine(_folder.FullName, "token");
        await File.WriteAllTextAsync(tokenFile, "secret");
        await using HubServer server = await ServeAsync(
            new HubServerOptions { Listen = "0.0.0.0:0", CertificateFile = certificate, TokenFile = tokenFile });
        using GrpcChannel channel = GrpcChannel.ForAddress($"https://127.0.0.1:{new Uri(server.Address).Port}", new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler
            {
                SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHashString() == fingerprint },
            },
        });
        var client = new TaskHubSidecarService.TaskHubSidecarServiceClient(channel);

        GetInstanceResponse response = await client.GetInstanceAsync(
            new GetInstanceRequest { InstanceId = "nobody" }, new Metadata { { "authorization", "Bearer secret" } }).ResponseAsync.Soon();

        Assert.False(response.Exists);
    }

    [Fact]
    public async Task SecondHubOnTheSameFile_IsRefused()
    {
        await using HubServer first = await ServeAsync(new HubServerOptions { Listen = "127.0.0.1:0" });

        DatabaseException refused = await Assert.ThrowsAsync<DatabaseException>(
            () => ServeAsync(new HubServerOptions { Listen = "127.0.0.1:0" }));

        Assert.Equal(DatabaseFailure.Busy, refused.Failure);
    }

    [Theory]
    [InlineData("0.0.0.0:0")]
    [InlineData("[::]:0")]
    [InlineData("nonsense")]
    [InlineData("example.org:80")]
    public async Task OpenToTheWorldOrNoAddress_IsRefused(string listen) =>
        await Assert.ThrowsAsync<ArgumentException>(() => ServeAsync(new HubServerOptions { Listen = listen }));

    [Fact]
    public async Task ConnectionIsCut_WorkGoesToAnotherWorker()
    {
        await using HubServer server = await ServeAsync(new HubServerOptions { Listen = "127.0.0.1:0" });
        using GrpcChannel survivor = GrpcChannel.ForAddress(server.Address);
        var client = new TaskHubSidecarService.TaskHubSidecarServiceClient(survivor);
        await client.StartInstanceAsync(new CreateInstanceRequest { InstanceId = "a", Name = "Flow" }).ResponseAsync.Soon();
        using (GrpcChannel cut = GrpcChannel.ForAddress(server.Address))
        {
            await ScriptedWorker.Connect(cut.CreateCallInvoker()).NextTurnAsync();
        }

        using var other = ScriptedWorker.Connect(survivor.CreateCallInvoker());

        Assert.Equal("a", (await other.NextTurnAsync()).OrchestratorRequest.InstanceId);
    }

    private static async Task<OrchestrationState> RunAsync(CallInvoker invoker)
    {
        var client = new TaskHubSidecarService.TaskHubSidecarServiceClient(invoker);
        using ScriptedWorker worker = ScriptedWorker.Connect(invoker);
        await client.HelloAsync(new Google.Protobuf.WellKnownTypes.Empty()).ResponseAsync.Soon();
        await client.StartInstanceAsync(new CreateInstanceRequest { InstanceId = "a", Name = "Flow" }).ResponseAsync.Soon();
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Schedule(0, "Work"));
        await worker.CompleteAsync(await worker.NextActivityAsync(), "\"done\"");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(1, "\"done\""));
        GetInstanceResponse response = await client.WaitForInstanceCompletionAsync(
            new GetInstanceRequest { InstanceId = "a", GetInputsAndOutputs = true }).ResponseAsync.Soon();
        return response.OrchestrationState;
    }

    private static GrpcChannel Over(string socketPath) => GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        },
    });

    private Task<HubServer> ServeAsync(HubServerOptions options) => HubServer.StartAsync(
        options,
        hub => hub.DatabasePath = Path.Combine(_folder.FullName, "hub.db"),
        logging => logging.SetMinimumLevel(LogLevel.Warning),
        TimeProvider.System,
        CancellationToken.None);
}
