using System.Net;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Apis;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.CodeHosts.Wires;

namespace Orchestrator.CodeHosts.AzureRepos;

/// <summary>Asks the API of one server, and tells what its refusals mean to us.</summary>
internal sealed class AzureReposWire : IDisposable
{
    private const int MostBytes = 8 << 20;
    private const string Version = "api-version=7.1";

    private readonly AzureReposTokens _tokens;
    private readonly AskedServer _server;
    private readonly HostSockets _sockets;
    private readonly HttpClient _client;

    public AzureReposWire(IOptions<AzureReposOptions> options, AzureReposTokens tokens, TimeProvider time)
    {
        _tokens = tokens;
        _sockets = new HostSockets(time);
        _client = new HttpClient(_sockets.Open()) { Timeout = HostSockets.Longest, MaxResponseContentBufferSize = MostBytes };
        _server = new AskedServer
        {
            Host = options.Value.Url.Host,
            Token = $"the token of {tokens.Source}",
            Account = $"the account of {tokens.Source}",
            Mend = "look whether it has ended, is of this organization, and has the scopes Code (read, write and status) and Build (read)",
            Rights = "let it contribute, contribute to pull requests and view builds there, and its token have the scopes Code (read, write and status) and Build (read)",
        };
    }

    public void Dispose()
    {
        _client.Dispose();
        _sockets.Dispose();
    }

    /// <exception cref="CodeHostException">It refuses, or asks to be left alone.</exception>
    /// <exception cref="IOException">It can't be asked now.</exception>
    public async Task<T> AskAsync<T>(AzureRepository at, ApiRequest request, JsonTypeInfo<T> form, CancellationToken cancellationToken)
        where T : class => await FindAsync(at, request, form, cancellationToken) ?? throw new IOException($"{_server.Host}: {request.What}: it answers with nothing.");

    /// <returns>Null where it has nothing to say, or says that something else is in the way.</returns>
    /// <inheritdoc cref="AskAsync"/>
    public async Task<T?> FindAsync<T>(AzureRepository at, ApiRequest request, JsonTypeInfo<T> form, CancellationToken cancellationToken)
        where T : class
    {
        byte[] body = await SendAsync(at, request, "application/json", cancellationToken);
        return body.Length == 0 ? null : ApiCalls.Read(_server.Host, request.What, body, form);
    }

    /// <returns>A text as it is.</returns>
    /// <inheritdoc cref="AskAsync"/>
    public async Task<string> ReadAsync(AzureRepository at, ApiRequest request, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetString(await SendAsync(at, request, "text/plain", cancellationToken));

    /// <summary>Asks, and once more with another token where the first one is refused and there is another.</summary>
    private Task<byte[]> SendAsync(AzureRepository at, ApiRequest request, string form, CancellationToken cancellationToken) =>
        ApiCalls.ReachAsync(_server.Host, request.What, () => SendWithTokensAsync(at, request, form, cancellationToken), cancellationToken);

    private async Task<byte[]> SendWithTokensAsync(AzureRepository at, ApiRequest request, string form, CancellationToken cancellationToken)
    {
        string token = await _tokens.FindAsync(cancellationToken);
        using HttpResponseMessage first = await SendAsync(at, request, form, token, cancellationToken);
        if (!ApiErrors.RefusesToken(first.StatusCode) || await _tokens.FindOtherAsync(token, cancellationToken) is not { } other)
        {
            return await BodyOfAsync(first, request, cancellationToken);
        }

        using HttpResponseMessage second = await SendAsync(at, request, form, other, cancellationToken);
        return await BodyOfAsync(second, request, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(AzureRepository at, ApiRequest request, string form, string token, CancellationToken cancellationToken)
    {
        string path = $"{request.Path}{(request.Path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Version}";
        using HttpRequestMessage message = (request with { Path = path }).ToMessage(at.Api);
        message.Headers.Accept.Clear();
        message.Headers.Accept.ParseAdd(form);
        message.Headers.Authorization = _tokens.HeaderOf(token);
        return await _client.SendAsync(message, cancellationToken);
    }

    private async Task<byte[]> BodyOfAsync(HttpResponseMessage response, ApiRequest request, CancellationToken cancellationToken)
    {
        byte[] body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return response.StatusCode == HttpStatusCode.Conflict ? []
            : ApiErrors.Find(response, body, _server, request.What) is { } failure ? throw failure : body;
    }
}
