using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using ModelContextProtocol.Protocol;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Tools;
using Orchestrator.Tools.Mcp;
using Orchestrator.Tools.Sandbox;

namespace Orchestrator.Tools.Tests.Mcp;

public sealed class McpConnectionsTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly ToolRig _rig = new();
    private readonly LauncherThread _thread = new();
    private HttpServer _server = null!;
    private McpConnections _connections = null!;

    public async Task InitializeAsync()
    {
        _server = await HttpServer.StartAsync();
        _connections = Connections(_time);
    }

    public async Task DisposeAsync()
    {
        await _connections.DisposeAsync();
        await _server.DisposeAsync();
    }

    public void Dispose()
    {
        _thread.Dispose();
        _rig.Dispose();
    }

    [Fact]
    public async Task ServerThatHangsAtTheEnd_HoldsNeitherTheNextCallNorTheShutdown()
    {
        await using McpConnections connections = Connections(TimeProvider.System);
        _server.HangsAtTheEnd = true;
        await CallAsync(connections, "one");
        _server.ErrorCode = -32603;
        await Assert.ThrowsAsync<McpServerException>(() => CallAsync(connections, "one"));
        _server.ErrorCode = null;

        await Task.WhenAll(CallAsync(connections, "one"), CallAsync(connections, "two")).WaitAsync(Patience, TimeProvider.System);
        await connections.DisposeAsync().AsTask().WaitAsync(Patience, TimeProvider.System);

        Assert.Equal((3, 3), (_server.Sessions, _server.Ended));
    }

    [Fact]
    public async Task ServerThatIsNotAskedForAWhile_IsClosedByTime()
    {
        await CallAsync(_connections, "one");
        _time.Advance(TimeSpan.FromMinutes(6));
        await CallAsync(_connections, "two");

        _time.Advance(TimeSpan.FromMinutes(5));
        await Until.TrueAsync(() => _server.Ended == 1, "the idle one is closed");
        await CallAsync(_connections, "two");
        await CallAsync(_connections, "one");

        Assert.Equal((3, 1), (_server.Sessions, _server.Ended));
    }

    [Fact]
    public async Task CallThatIsGivenUp_LeavesItsConnectionToNobody()
    {
        using CancellationTokenSource unwanted = new();
        TaskCompletionSource isCalled = new();
        Task given = UseAsync(_connections, "one", async _ =>
        {
            isCalled.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, unwanted.Token);
            return 0;
        });
        await isCalled.Task;

        await unwanted.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        await CallAsync(_connections, "one");

        Assert.Equal(2, _server.Sessions);
    }

    [Fact]
    public async Task RunThatEnds_ClosesItsServersOnly()
    {
        await CallAsync(_connections, "one");
        await CallAsync(_connections, "two");

        await _connections.CloseAsync(EffectsOf("one"));
        Assert.Equal(1, _server.Ended);
        await CallAsync(_connections, "two");

        Assert.Equal((2, 1), (_server.Sessions, _server.Ended));
    }

    [Fact]
    public async Task AnotherTenure_BeginsAnew()
    {
        await InTenureAsync(1);
        await InTenureAsync(1);
        Assert.Equal(1, _server.Sessions);

        await InTenureAsync(3);

        await Until.TrueAsync(() => _server.Ended == 1, "the one of the tenure before is closed");
        Assert.Equal(2, _server.Sessions);
    }

    [Fact]
    public async Task EndOfCommands_ClosesTheServersOfThatRun()
    {
        using ToolRig rig = new(("Mcp:Servers:service:Url", _server.Url));
        ITool tool = rig.Servers.Open((await rig.Servers.ListAsync("service", CancellationToken.None))[0]);
        await rig.CallAsync(tool, "{}");
        Assert.Equal((2, 1), (_server.Sessions, _server.Ended));

        await rig.Commands.EndAllAsync(Path.Combine(rig.Root, "others"), CancellationToken.None);
        Assert.Equal(1, _server.Ended);
        await rig.Commands.EndAllAsync(rig.Effects, CancellationToken.None);

        Assert.Equal((2, 2), (_server.Sessions, _server.Ended));
    }

    private McpConnections Connections(TimeProvider time)
    {
        McpOptions options = new() { Servers = { ["service"] = new McpServerOptions { Url = new Uri(_server.Url) } } };
        McpLauncher launcher = new(new SandboxProfile(Options.Create(new SandboxOptions()), Options.Create(new LimitOptions())), _thread, new ConfigurationBuilder().Build(), time);
        return new McpConnections(launcher, Options.Create(options));
    }

    private async Task InTenureAsync(long epoch)
    {
        new Tenure("one", "host", epoch).Begin();
        await CallAsync(_connections, "one");
    }

    private Task<CallToolResult> CallAsync(McpConnections connections, string run) =>
        UseAsync(connections, run, connection => connection.CallAsync("find", new Dictionary<string, JsonElement>(), CancellationToken.None));

    private Task<T> UseAsync<T>(McpConnections connections, string run, Func<McpConnection, Task<T>> work) => connections.UseAsync(
        new ToolInvocation
        {
            Effect = new EffectId(run, 1, 1),
            Arguments = "{}",
            Workspace = _rig.Workspace,
            EffectFolder = Path.Combine(EffectsOf(run), "000001-001-0"),
            FollowFor = Patience,
        },
        "service",
        work,
        CancellationToken.None);

    private string EffectsOf(string run) => Path.Combine(_rig.Root, "runs", run);
}
