using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Tools.Tests.Egress;

/// <summary>Ways around an allow-list, each tried on the proxy; that nothing got out is what the hosts say, not the proxy.</summary>
public sealed class EgressProxyTests : IDisposable
{
    private readonly ProxyRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData("127.0.0.2:PORT")]
    [InlineData("127.0.0.2.:PORT")]
    [InlineData("127.2:PORT")]
    [InlineData("2130706434:PORT")]
    [InlineData("0x7f000002:PORT")]
    [InlineData("0x7f.0.0.0x2:PORT")]
    [InlineData("0177.0.0.2:PORT")]
    [InlineData("[::1]:PORT")]
    [InlineData("[::ffff:127.0.0.2]:PORT")]
    [InlineData("[::ffff:7f00:2]:PORT")]
    [InlineData("::ffff:127.0.0.2:PORT")]
    [InlineData("localhost@127.0.0.2:PORT")]
    [InlineData("user:pass@localhost:PORT")]
    [InlineData("evil.test:PORT")]
    [InlineData("localhost.evil.test:PORT")]
    [InlineData("evil-localhost:PORT")]
    [InlineData("sub.test:PORT")]
    [InlineData("evilsub.test:PORT")]
    [InlineData("localhost:22")]
    [InlineData("localhost:443")]
    [InlineData("private.test:PORT")]
    [InlineData("mapped.test:PORT")]
    [InlineData("metadata.test:PORT")]
    [InlineData("site.test:PORT")]
    [InlineData("nowhere.test:PORT")]
    [InlineData("lo calhost:PORT")]
    [InlineData("localhost%00.evil.test:PORT")]
    [InlineData("localhost")]
    [InlineData("localhost:0")]
    [InlineData("localhost:PORT0")]
    [InlineData(":PORT")]
    public async Task TunnelToWhatIsNotAllowed_IsRefusedAndNobodyIsVisited(string target)
    {
        string answer = await _rig.AskAsync($"CONNECT {Of(target)} HTTP/1.1");

        Assert.Matches("^HTTP/1.1 40[03] ", answer);
        Assert.Equal((0, 0), (_rig.Host.Visits, _rig.Canary.Visits));
        Assert.Contains("\"what\":\"refused\"", _rig.LogText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET http://127.0.0.2:PORT/ HTTP/1.1")]
    [InlineData("GET http://2130706434:PORT/ HTTP/1.1")]
    [InlineData("GET http://[::ffff:127.0.0.2]:PORT/ HTTP/1.1")]
    [InlineData("GET http://localhost@127.0.0.2:PORT/ HTTP/1.1")]
    [InlineData("GET http://localhost:PORT@127.0.0.2:PORT/ HTTP/1.1")]
    [InlineData("GET http://127.0.0.2:PORT\\@localhost:PORT/ HTTP/1.1")]
    [InlineData("GET http://evil.test:PORT/ HTTP/1.1")]
    [InlineData("GET http://private.test:PORT/ HTTP/1.1")]
    [InlineData("GET http://localhost/ HTTP/1.1")]
    [InlineData("GET https://localhost:PORT/ HTTP/1.1")]
    [InlineData("GET / HTTP/1.1")]
    [InlineData("GET http:///x HTTP/1.1")]
    [InlineData("nonsense")]
    public async Task RequestToWhatIsNotAllowed_IsRefusedAndNobodyIsVisited(string line)
    {
        string answer = await _rig.AskAsync(Of(line));

        Assert.Matches("^HTTP/1.1 40[03] ", answer);
        Assert.Equal((0, 0), (_rig.Host.Visits, _rig.Canary.Visits));
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LocalHost.")]
    [InlineData("a.b.sub.test")]
    [InlineData("bücher.test")]
    public async Task AllowedHost_IsReachedHoweverItsNameIsWritten(string host)
    {
        using HttpClient client = _rig.Client();

        Assert.Equal("package\n", await client.GetStringAsync(new Uri($"http://{host}:{_rig.Host.Port}/x?y=1")));
        Assert.StartsWith("GET /x?y=1 HTTP/1.1\r\nHost: ", Assert.Single(_rig.Host.Heads), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tunnel_CarriesTlsWithTheHostThatWasAskedFor()
    {
        using HttpClient client = _rig.Client();

        Assert.Equal("package\n", await client.GetStringAsync(new Uri($"https://localhost:{_rig.Host.Port}/")));
        await Until.TrueAsync(() => _rig.LogText.Contains("\"what\":\"close\"", StringComparison.Ordinal), "the end in the log");
        Assert.Contains($"\"what\":\"open\",\"host\":\"localhost\",\"port\":{_rig.Host.Port}", _rig.LogText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evil.test", "another host (SNI): evil.test")]
    [InlineData("127.0.0.1", "names no host (SNI)")]
    public async Task HelloForAnotherHost_EndsTheTunnelBeforeAnybodyIsVisited(string named, string reason)
    {
        using Socket socket = await _rig.ConnectAsync();
        Assert.Equal("HTTP/1.1 200 Connection established", await ProxyRig.AskAsync(socket, Of("CONNECT localhost:PORT HTTP/1.1")));
        using SslStream tls = new(new NetworkStream(socket), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate?.Subject == "CN=localhost");

        await Assert.ThrowsAnyAsync<Exception>(() => tls.AuthenticateAsClientAsync(named));

        Assert.Equal((0, 0), (_rig.Host.Visits, _rig.Canary.Visits));
        Assert.Contains(reason, _rig.LogText, StringComparison.Ordinal);
    }

    /// <summary>What a client calls itself is the command's text: it makes no line, and no length, of its own.</summary>
    [Theory]
    [InlineData("CONNECT a\u0085[status:_forged]:PORT HTTP/1.1")]
    [InlineData("CONNECT LONG HTTP/1.1")]
    [InlineData("GET ftp://LONG HTTP/1.1")]
    public async Task RefusedTarget_IsOneShortLineInTheLog(string request)
    {
        await _rig.AskAsync(Of(request.Replace("LONG", new string('x', 20_000), StringComparison.Ordinal)));

        string line = Assert.Single(File.ReadAllLines(_rig.Log));
        using JsonDocument said = JsonDocument.Parse(line);
        string text = said.RootElement.GetProperty("host").GetString() + said.RootElement.GetProperty("reason").GetString();
        Assert.InRange(text.Length, 1, 255 + 200);
        Assert.DoesNotContain(text, char.IsControl);
    }

    [Fact]
    public async Task NameInAHello_IsOneShortLineInTheLog()
    {
        using Socket socket = await _rig.ConnectAsync();
        Assert.Equal("HTTP/1.1 200 Connection established", await ProxyRig.AskAsync(socket, Of("CONNECT localhost:PORT HTTP/1.1")));

        await socket.SendAsync(ClientHelloTests.Named($"a\n[status: approved]\n{new string('x', 10_000)}"));

        Assert.Equal(0, await socket.ReceiveAsync(new byte[10]));
        string reason = JsonDocument.Parse(Assert.Single(File.ReadAllLines(_rig.Log))).RootElement.GetProperty("reason").GetString()!;
        Assert.InRange(reason.Length, 1, 200);
        Assert.StartsWith("the connection names another host (SNI): a?[status: approved]?xxx", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClientThatCannotBeTaken_DoesNotEndTheProxy()
    {
        int taken = 0;
        using ProxyRig rig = new(async (listener, cancellationToken) => Interlocked.Increment(ref taken) <= 2
            ? throw new SocketException((int)SocketError.TooManyOpenSockets)
            : await listener.AcceptAsync(cancellationToken));

        string answer = await rig.AskAsync("CONNECT evil.test:1 HTTP/1.1").WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);

        Assert.StartsWith("HTTP/1.1 403 ", answer, StringComparison.Ordinal);
        Assert.Contains("a connection could not be taken", rig.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlainTextInATunnel_EndsItBeforeAnybodyIsVisited()
    {
        using Socket socket = await _rig.ConnectAsync();
        Assert.Equal("HTTP/1.1 200 Connection established", await ProxyRig.AskAsync(socket, Of("CONNECT localhost:PORT HTTP/1.1")));

        await socket.SendAsync("GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n"u8.ToArray());

        Assert.Equal(0, await socket.ReceiveAsync(new byte[10]));
        Assert.Equal(0, _rig.Host.Visits);
        Assert.Contains("must be TLS", _rig.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NameThatIsResolvedAnewToAnotherAddress_IsConnectedToAsItWasLookedAt()
    {
        using HttpClient client = _rig.Client();

        Assert.Equal("package\n", await client.GetStringAsync(new Uri($"http://flip.test:{_rig.Host.Port}/")));

        Assert.Equal((1, 1, 0), (_rig.Resolved, _rig.Host.Visits, _rig.Canary.Visits));
    }

    [Fact]
    public async Task Redirect_IsJudgedAnew()
    {
        _rig.Host.Away = $"http://127.0.0.2:{_rig.Host.Port}/";
        using HttpClient client = _rig.Client();

        using HttpResponseMessage answer = await client.GetAsync(new Uri($"http://localhost:{_rig.Host.Port}/away"));

        Assert.Equal((HttpStatusCode.Forbidden, 1, 0), (answer.StatusCode, _rig.Host.Visits, _rig.Canary.Visits));
    }

    [Fact]
    public async Task HostWithoutAnAddress_IsSaidToHaveNone() => Assert.StartsWith("HTTP/1.1 502 ", await _rig.AskAsync(Of("CONNECT lost.test:PORT HTTP/1.1")), StringComparison.Ordinal);

    [Fact]
    public async Task HeadWithoutEnd_IsGivenUp() =>
        Assert.StartsWith("HTTP/1.1 431 ", await _rig.AskAsync($"CONNECT localhost:1 HTTP/1.1\r\nX: {new string('x', 40_000)}"), StringComparison.Ordinal);

    [Fact]
    public async Task HeadersBetweenClientAndProxy_StayThere()
    {
        using Socket socket = await _rig.ConnectAsync();
        await socket.SendAsync(Encoding.ASCII.GetBytes(Of("GET http://localhost:PORT/ HTTP/1.1\r\nHost: evil.test\r\nProxy-Authorization: x\r\nConnection: keep-alive\r\nX-Mine: y\r\n\r\n")));
        await socket.ReceiveAsync(new byte[1000]);

        Assert.Equal(Of("GET / HTTP/1.1\r\nHost: localhost:PORT\r\nConnection: close\r\nX-Mine: y\r\n\r\n"), Assert.Single(_rig.Host.Heads));
    }

    private string Of(string text) => text.Replace("PORT", $"{_rig.Host.Port}", StringComparison.Ordinal);
}
