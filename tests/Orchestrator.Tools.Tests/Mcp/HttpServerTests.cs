using Microsoft.Extensions.Options;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Tools.Tests.Mcp;

public sealed class HttpServerTests : IAsyncLifetime, IDisposable
{
    private HttpServer _server = null!;
    private ToolRig _rig = null!;

    public async Task InitializeAsync()
    {
        _server = await HttpServer.StartAsync();
        _rig = new ToolRig(
            ("Mcp:Servers:service:Url", _server.Url), ("Mcp:Servers:service:KeyEnv", "SERVICE_KEY"), ("SERVICE_KEY", "the-key-of-it"),
            ("Mcp:Servers:service:Classes:find", "pure"));
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Service_IsAskedWithItsKeyAndItsToolsAreExternal()
    {
        IReadOnlyList<ServerTool> tools = await _rig.Servers.ListAsync("service", CancellationToken.None);
        ToolResult result = Assert.IsType<ToolOutcome.Finished>(await CallAsync(tools[1], 1)).Result;

        Assert.Equal([("mcp__service__find", ServerToolClass.Pure), ("mcp__service__post", ServerToolClass.External)], tools.Select(tool => (tool.Name, tool.Class)));
        Assert.Equal("""{"type":"object","properties":{}}""", tools[0].Parameters);
        Assert.Equal((0, "post {\"a\":1}", false), (result.ExitCode, ToolRig.Text(result), result.MayHaveChangedFiles));
        Assert.Equal(["Bearer the-key-of-it"], _server.Keys);
    }

    [Fact]
    public async Task Descriptions_AreSearchedForSecrets()
    {
        ServerTool tool = (await _rig.Servers.ListAsync("service", CancellationToken.None))[0];

        Assert.StartsWith("The tool find. Its key is [secret: ", tool.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, false)]
    [InlineData(503, true)]
    public async Task StatusOfACall_SaysWhetherItMayHaveBeenMade(int status, bool isUnproven)
    {
        IReadOnlyList<ServerTool> tools = await _rig.Servers.ListAsync("service", CancellationToken.None);
        _server.Status = status;

        ToolOutcome posted = await CallAsync(tools[1], 1);
        ToolOutcome found = await CallAsync(tools[0], 2);

        Assert.Equal(isUnproven, posted is ToolOutcome.Interrupted);
        Assert.Equal(1, Assert.IsType<ToolOutcome.Finished>(found).Result.ExitCode);
        Assert.Equal(2, _server.Calls);
        Assert.Equal(isUnproven, posted is ToolOutcome.Interrupted interrupted && ToolRig.Text(interrupted.Result).Contains("Remote effects are unknown", StringComparison.Ordinal));
        Assert.Equal(posted.GetType(), (await CallAsync(tools[1], 1)).GetType());
        Assert.Equal(2, _server.Calls);
    }

    /// <summary>A request that is turned away unread was not carried out; an error of the server's own may come halfway through.</summary>
    [Theory]
    [InlineData(-32600, false)]
    [InlineData(-32601, false)]
    [InlineData(-32602, false)]
    [InlineData(-32603, true)]
    [InlineData(-32000, true)]
    [InlineData(1, true)]
    public async Task ErrorOfTheProtocol_SaysWhetherTheCallMayHaveBeenMade(int code, bool isUnproven)
    {
        IReadOnlyList<ServerTool> tools = await _rig.Servers.ListAsync("service", CancellationToken.None);
        _server.ErrorCode = code;

        ToolOutcome posted = await CallAsync(tools[1], 1);
        ToolOutcome found = await CallAsync(tools[0], 2);

        Assert.Equal(isUnproven, posted is ToolOutcome.Interrupted);
        Assert.Equal(1, Assert.IsType<ToolOutcome.Finished>(found).Result.ExitCode);
    }

    [Fact]
    public async Task Redirect_IsNotFollowedWithTheKey()
    {
        await using HttpServer other = await HttpServer.StartAsync();
        _server.Redirect = other.Url;

        await Assert.ThrowsAsync<EnvironmentException>(() => _rig.Servers.ListAsync("service", CancellationToken.None));

        Assert.Empty(other.Keys);
    }

    [Fact]
    public async Task ServiceThatIsDown_IsNamed()
    {
        ServerTool tool = (await _rig.Servers.ListAsync("service", CancellationToken.None))[1];
        string url = _server.Url;
        await _server.DisposeAsync();

        EnvironmentException failure = await Assert.ThrowsAsync<EnvironmentException>(() => _rig.Servers.ListAsync("service", CancellationToken.None));
        ToolResult result = Assert.IsType<ToolOutcome.Finished>(await CallAsync(tool, 1)).Result;

        Assert.StartsWith($"The server service (at {url}) can't be asked for its tools: ", failure.Message, StringComparison.Ordinal);
        Assert.StartsWith("Error: the server service did not take the call: ", ToolRig.Text(result), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Up", "Url", "http://127.0.0.1/", "a server's name has")]
    [InlineData("a__b", "Url", "http://127.0.0.1/", "a server's name has")]
    [InlineData("a", "Timeout", "00:01:00", "give either Command")]
    [InlineData("a", "Url", "ftp://127.0.0.1/", "http or https address")]
    [InlineData("a", "Timeout", "1.00:00:00", "from one second to 6 hours")]
    public void WrongSettings_AreNamed(string name, string key, string value, string said)
    {
        using ToolRig rig = new(($"Mcp:Servers:{name}:{key}", value));

        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(() => rig.Servers);

        Assert.Contains($"Mcp:Servers:{name}: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
    }

    private Task<ToolOutcome> CallAsync(ServerTool tool, int call) => _rig.CallAsync(_rig.Servers.Open(tool), """{"a":1}""", call);
}
