using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Orchestrator.Agent.Apis;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Tickets;

namespace Orchestrator.Agent.Intake;

/// <summary>Asks ticket systems, at the address that settings name and nowhere else: no redirect is followed.</summary>
public sealed class TicketApi : IDisposable
{
    private const int MostBytes = 4 << 20;

    private readonly SecretVariables _variables;
    private readonly HttpClient _reading;
    private readonly HttpClient _writing;

    public TicketApi(SecretVariables variables)
    {
        _variables = variables;
        var sockets = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(15), PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        _reading = new HttpClient(sockets) { Timeout = TimeSpan.FromSeconds(30), MaxResponseContentBufferSize = MostBytes };

        // Longer than whoever writes waits: what they gave up on may still come to something, and they keep off for that long.
        _writing = new HttpClient(sockets, disposeHandler: false) { Timeout = TimeSpan.FromMinutes(5), MaxResponseContentBufferSize = MostBytes };
    }

    public void Dispose()
    {
        _writing.Dispose();
        _reading.Dispose();
    }

    /// <summary>What is missing to ask for a source's tickets, in words; null if nothing is. Nothing is asked.</summary>
    public string? FindFault(IntakeSource source) => source.Api is not { } api ? "it has no Api."
        : _variables.Find(api.TokenVariable) is null ? $"the environment variable {api.TokenVariable} is not set." : null;

    /// <param name="source">Whose API.</param>
    /// <param name="path">Below its address; what of it comes from a delivery is a number, or a key whose form was checked.</param>
    /// <param name="form">How the answer is read.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TicketReadException">It answers with anything but that.</exception>
    public async Task<T> GetAsync<T>(IntakeSource source, string path, JsonTypeInfo<T> form, CancellationToken cancellationToken)
    {
        IntakeApi api = ApiOf(source);
        string token = _variables.Find(api.TokenVariable) ?? throw new TicketReadException($"The environment variable {api.TokenVariable} is not set.");
        using HttpRequestMessage request = MessageOf(source, api, token, new ApiRequest(HttpMethod.Get, path, "a ticket"));
        try
        {
            using HttpResponseMessage response = await _reading.SendAsync(request, cancellationToken);
            return response.IsSuccessStatusCode
                ? JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(cancellationToken), form) ?? throw new TicketReadException($"{api.Url.Host} answered with nothing.")
                : throw new TicketReadException($"{api.Url.Host} answered {(int)response.StatusCode}; look at Api:User, and at the token in {api.TokenVariable}.");
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException || (failure is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new TicketReadException($"{api.Url.Host} can't be read: {failure.Message}", failure);
        }
    }

    /// <summary>Sends one request, once: whoever repeats it looks first what has come of it.</summary>
    /// <param name="place">The ticket that it is about.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The answer's body; null if the system knows no such thing, or doesn't show it.</returns>
    /// <exception cref="CodeHostException">It refuses, or asks to be left alone.</exception>
    /// <exception cref="IOException">It can't be asked now; the request may have come to something.</exception>
    internal async Task<byte[]?> AskAsync(TicketPlace place, ApiRequest request, CancellationToken cancellationToken)
    {
        IntakeApi api = ApiOf(place.Source);
        if (place.Ticket.BaseUrl is not { } at || at.AbsoluteUri.TrimEnd('/') != api.Url.AbsoluteUri.TrimEnd('/'))
        {
            throw new CodeHostException($"The ticket is at {place.Ticket.BaseUrl}, which is not {api.Url}, the Api:Url of source {place.Source.Name}: it is not looked for there.");
        }

        string token = _variables.Find(api.TokenVariable) ?? throw new CodeHostException($"{api.Url.Host}: {FindFault(place.Source)}");
        using HttpRequestMessage message = MessageOf(place.Source, api, token, request);
        return await ApiCalls.ReachAsync(
            api.Url.Host,
            request.What,
            async () =>
            {
                using HttpResponseMessage response = await _writing.SendAsync(message, cancellationToken);
                byte[] body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
                return response.StatusCode == HttpStatusCode.NotFound ? null
                    : ApiErrors.Find(response, body, ServerOf(api), request.What) is { } failure ? throw failure : body;
            },
            cancellationToken);
    }

    /// <inheritdoc cref="AskAsync(TicketPlace, ApiRequest, CancellationToken)"/>
    internal async Task<T?> AskAsync<T>(TicketPlace place, ApiRequest request, JsonTypeInfo<T> form, CancellationToken cancellationToken)
        where T : class
    {
        byte[]? body = await AskAsync(place, request, cancellationToken);
        string host = ApiOf(place.Source).Url.Host;
        return body is null ? null : ApiCalls.Read(host, request.What, body, form) ?? throw new IOException($"{host}: {request.What}: it answers with nothing.");
    }

    /// <summary>What to say where a ticket isn't found.</summary>
    internal static CodeHostException Missing(TicketPlace place, string what) =>
        new($"{ApiOf(place.Source).Url.Host}: {what}: it knows no such ticket, or does not show it to the account of {ApiOf(place.Source).TokenVariable}.");

    private static IntakeApi ApiOf(IntakeSource source) => source.Api ?? throw new InvalidOperationException($"Source {source.Name} has no API.");

    private static AskedServer ServerOf(IntakeApi api) => new()
    {
        Host = api.Url.Host,
        Token = $"the token of {api.TokenVariable}",
        Account = $"the account of {api.TokenVariable}",
        Mend = "look at that, and at Api:User",
    };

    private static HttpRequestMessage MessageOf(IntakeSource source, IntakeApi api, string token, ApiRequest asked)
    {
        HttpRequestMessage message = asked.ToMessage(api.Url);
        message.Headers.Authorization = api.User is null && source.Host == TicketHost.Jira
            ? new AuthenticationHeaderValue("Bearer", token)
            : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{api.User}:{token}")));
        return message;
    }
}
