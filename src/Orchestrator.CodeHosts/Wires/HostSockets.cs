namespace Orchestrator.CodeHosts.Wires;

/// <summary>Sockets to code hosts, which no redirect leads elsewhere. All clients share them.</summary>
internal sealed class HostSockets(TimeProvider time) : IDisposable
{
    /// <summary>For one request with all its repetitions.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly HttpMessageInvoker _sockets = new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        },
        disposeHandler: true);

    /// <summary>Asks, and repeats what is put off for a short time.</summary>
    public HttpMessageHandler Open() => new PoliteHandler(time) { InnerHandler = new Shared(_sockets) };

    public void Dispose() => _sockets.Dispose();

    /// <summary>The sockets, which are there when a client has ended.</summary>
    private sealed class Shared(HttpMessageInvoker sockets) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => sockets.SendAsync(request, cancellationToken);
    }
}
