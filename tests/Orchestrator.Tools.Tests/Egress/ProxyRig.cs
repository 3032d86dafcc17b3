using System.Net;
using System.Net.Sockets;
using System.Text;
using Orchestrator.Supervisor.Egress;

namespace Orchestrator.Tools.Tests.Egress;

/// <summary>The proxy on its socket, with rules and a resolver of the test's, a host that it may reach and one that nobody may.</summary>
internal sealed class ProxyRig : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("egress-test-");
    private readonly EgressProxy _proxy;
    private readonly string _socket;
    private int _resolved;

    /// <param name="accept">How the proxy takes its clients; as ever if it is left out.</param>
    public ProxyRig(Func<Socket, CancellationToken, ValueTask<Socket>>? accept = null)
    {
        Host = new LoopbackHost(IPAddress.Loopback);
        Canary = new LoopbackHost(IPAddress.Parse("127.0.0.2"), Host.Port);
        _socket = Path.Combine(_folder.FullName, "egress");
        Log = Path.Combine(_folder.FullName, "egress.log");
        EgressRule Rule(string host, bool allowPrivate) => new(host, [Host.Port], allowPrivate);
        _proxy = new EgressProxy(
            [
                Rule("localhost", true), Rule("flip.test", true), Rule("*.sub.test", true), Rule("xn--bcher-kva.test", true), Rule("nowhere.test", true), Rule("lost.test", true),
                Rule("private.test", false), Rule("mapped.test", false), Rule("metadata.test", false), Rule("site.test", false),
            ],
            _socket,
            Log,
            TimeProvider.System,
            ResolveAsync,
            accept);
    }

    /// <summary>On 127.0.0.1, which is what names stand for.</summary>
    public LoopbackHost Host { get; }

    /// <summary>On 127.0.0.2 and the same port.</summary>
    public LoopbackHost Canary { get; }

    public string Log { get; }

    public string LogText => File.Exists(Log) ? File.ReadAllText(Log) : string.Empty;

    public int Resolved => _resolved;

    public async Task<Socket> ConnectAsync()
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(_socket));
        return socket;
    }

    /// <summary>Sends a request's head.</summary>
    /// <returns>The answer's first line, empty if the connection just ends.</returns>
    public async Task<string> AskAsync(string firstLine)
    {
        using Socket socket = await ConnectAsync();
        return await AskAsync(socket, firstLine);
    }

    public static async Task<string> AskAsync(Socket socket, string firstLine)
    {
        await socket.SendAsync(Encoding.Latin1.GetBytes($"{firstLine}\r\nUser-Agent: test\r\n\r\n"));
        byte[] bytes = new byte[4096];
        int count = await socket.ReceiveAsync(bytes);
        return Encoding.Latin1.GetString(bytes, 0, count).Split("\r\n")[0];
    }

    /// <summary>A client of HTTP that goes through the proxy.</summary>
    public HttpClient Client() => new(new SocketsHttpHandler
    {
        Proxy = new WebProxy("http://proxy.invalid:3128"),
        ConnectCallback = async (_, _) => new NetworkStream(await ConnectAsync(), ownsSocket: true),
        SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=localhost" },
    });

    public void Dispose()
    {
        _proxy.Dispose();
        Host.Dispose();
        Canary.Dispose();
        _folder.Delete(recursive: true);
    }

    private Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        int before = Interlocked.Increment(ref _resolved) - 1;
        return Task.FromResult<IPAddress[]>(host switch
        {
            "flip.test" => [before == 0 ? IPAddress.Loopback : IPAddress.Parse("127.0.0.2")],
            "mapped.test" => [IPAddress.Parse("::ffff:127.0.0.2")],
            "private.test" => [IPAddress.Parse("127.0.0.2"), IPAddress.Parse("10.0.0.1"), IPAddress.IPv6Loopback],
            "metadata.test" => [IPAddress.Parse("169.254.169.254")],
            "site.test" => [IPAddress.Parse("fd00:ec2::254"), IPAddress.Parse("fe80::1"), IPAddress.Parse("192.168.1.1")],
            "nowhere.test" => [IPAddress.Any, IPAddress.Parse("255.255.255.255")],
            "lost.test" => [],
            _ => [IPAddress.Loopback],
        });
    }
}
