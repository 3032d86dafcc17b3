using System.Net;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Tools.Tests.Egress;

/// <summary>The way out as a command in the sandbox has it: by the proxy of its environment, for itself, and for no other command.</summary>
public sealed class SandboxEgressTests : IDisposable
{
    /// <summary>Asks the proxy itself: programs take what is called localhost to be beside them.</summary>
    private const string Fetch = "fetch() { exec 3<>/dev/tcp/127.0.0.1/3128 && printf 'GET %s HTTP/1.1\\r\\n\\r\\n' \"$1\" >&3 && cat <&3; }; fetch";

    private readonly ToolRig _rig = new();
    private readonly LoopbackHost _host = new(IPAddress.Loopback);

    public void Dispose()
    {
        _host.Dispose();
        _rig.Dispose();
    }

    [Fact]
    public async Task CommandWithAHost_ReachesItAndNothingElse()
    {
        ToolResult result = await RunAsync(
            $"env | grep -i proxy | sort; {Fetch} http://localhost:{_host.Port}/; fetch http://evil.test/; exec 3<>/dev/tcp/127.0.0.1/{_host.Port} || echo closed",
            Open());

        string output = ToolRig.Text(result);
        Assert.Contains("HTTPS_PROXY=http://127.0.0.1:3128\n", output, StringComparison.Ordinal);
        Assert.Contains("package\n", output, StringComparison.Ordinal);
        Assert.Contains("403", output, StringComparison.Ordinal);
        Assert.EndsWith("closed\n", output, StringComparison.Ordinal);
        Assert.Equal(1, _host.Visits);
        Assert.Equal(new ReachedHost($"localhost:{_host.Port}", 1, result.Network!.Reached[0].Bytes), Assert.Single(result.Network.Reached));
        Assert.True(result.Network.Reached[0].Bytes > 8);
        Assert.Equal("evil.test:80", Assert.Single(result.Network.Refused).Host);
    }

    [Fact]
    public async Task NextCommandWithout_HasNeitherSocketNorProxyNorItsVariables()
    {
        await RunAsync("export MINE=1; true", Open(), ShellUse.Kept, "first");

        ToolResult result = await RunAsync(
            $"echo $MINE; env | grep -i proxy; ls /run/egress /run/relay 2>&1; {Fetch} http://localhost:{_host.Port}/ 2>&1", [], ShellUse.Kept, "second");

        string output = ToolRig.Text(result);
        Assert.StartsWith("1\nls: ", output, StringComparison.Ordinal);
        Assert.Contains("Connection refused", output, StringComparison.Ordinal);
        Assert.DoesNotContain("package", output, StringComparison.Ordinal);
        Assert.Equal((0, null), (_host.Visits, result.Network));
    }

    /// <summary>Bash waits for its children; the relay is none of them. And the end of the command is the end of the way.</summary>
    [Fact]
    public async Task CommandThatWaitsForItsChildren_Ends()
    {
        ToolResult result = await RunAsync("sleep 0.1 & wait; jobs; echo over", Open());

        Assert.Equal((0, "over\n"), (result.ExitCode, ToolRig.Text(result)));
        Assert.False(File.Exists(_rig.EffectFolder("effect").Egress));
    }

    [Fact]
    public async Task HostThatTheDeploymentOpensWithoutAllowPrivate_IsNotReachedOnThisMachine()
    {
        ToolResult result = await RunAsync($"{Fetch} http://localhost:{_host.Port}/", [new EgressGrant("localhost", [_host.Port], false)]);

        Assert.Equal(0, _host.Visits);
        Assert.Contains("no public address", Assert.Single(result.Network!.Refused).Reason, StringComparison.Ordinal);
    }

    private EgressGrant[] Open() => [new EgressGrant("localhost", [_host.Port], true)];

    private async Task<ToolResult> RunAsync(string script, IReadOnlyList<EgressGrant> egress, ShellUse shell = ShellUse.Own, string effect = "effect") =>
        Assert.IsType<ToolOutcome.Finished>(
            await _rig.Commands.RunAsync(_rig.Command(script, effect) with { Egress = egress, Shell = shell }, CancellationToken.None)).Result;
}
