using Microsoft.Extensions.Options;
using Octokit;
using Octokit.Internal;

namespace Orchestrator.CodeHosts.GitHub;

/// <summary>Connections to the API of one server. All share their sockets.</summary>
internal sealed class GitHubWire(IOptions<GitHubOptions> options, TimeProvider time) : IDisposable
{
    /// <summary>For one request with all its repetitions.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly HttpMessageInvoker _sockets = new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        },
        disposeHandler: true);

    /// <param name="credentials">As whom it is asked, by the client itself.</param>
    /// <param name="handler">Asks as somebody whose token changes; null for none.</param>
    public Connection Connect(ICredentialStore credentials, Func<HttpMessageHandler, DelegatingHandler>? handler)
    {
        var retries = new PoliteHandler(time) { InnerHandler = new Shared(_sockets) };
        var client = new HttpClientAdapter(() => handler?.Invoke(retries) ?? retries);
        client.SetRequestTimeout(Longest);
        return new Connection(new ProductHeaderValue("Orchestrator"), options.Value.Api, credentials, client, new SimpleJsonSerializer());
    }

    /// <param name="tokens">As whom the repository is asked.</param>
    /// <param name="repository">What is asked about.</param>
    public ApiConnection Connect(GitHubTokens tokens, GitHubRepository repository) => new(Connect(
        new InMemoryCredentialStore(Credentials.Anonymous), inner => new TokenHandler(tokens, repository, options.Value.Api, inner)));

    public void Dispose() => _sockets.Dispose();

    /// <summary>The sockets, which are there when a client has ended.</summary>
    private sealed class Shared(HttpMessageInvoker sockets) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => sockets.SendAsync(request, cancellationToken);
    }
}
