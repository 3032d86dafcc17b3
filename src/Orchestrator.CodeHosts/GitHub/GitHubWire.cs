using Microsoft.Extensions.Options;
using Octokit;
using Octokit.Internal;
using Orchestrator.CodeHosts.Wires;

namespace Orchestrator.CodeHosts.GitHub;

/// <summary>Connections to the API of one server.</summary>
internal sealed class GitHubWire(IOptions<GitHubOptions> options, TimeProvider time) : IDisposable
{
    private readonly HostSockets _sockets = new(time);

    /// <param name="credentials">As whom it is asked, by the client itself.</param>
    /// <param name="handler">Asks as somebody whose token changes; null for none.</param>
    public Connection Connect(ICredentialStore credentials, Func<HttpMessageHandler, DelegatingHandler>? handler)
    {
        HttpMessageHandler retries = _sockets.Open();
        var client = new HttpClientAdapter(() => handler?.Invoke(retries) ?? retries);
        client.SetRequestTimeout(HostSockets.Longest);
        return new Connection(new ProductHeaderValue("Orchestrator"), options.Value.Api, credentials, client, new SimpleJsonSerializer());
    }

    /// <param name="tokens">As whom the repository is asked.</param>
    /// <param name="repository">What is asked about.</param>
    public ApiConnection Connect(GitHubTokens tokens, GitHubRepository repository) => new(Connect(
        new InMemoryCredentialStore(Credentials.Anonymous), inner => new TokenHandler(tokens, repository, options.Value.Api, inner)));

    public void Dispose() => _sockets.Dispose();
}
