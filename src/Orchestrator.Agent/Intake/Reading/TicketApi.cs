using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Orchestrator.Agent.Intake.Reading;

/// <summary>Asks ticket systems, at the address that settings name and nowhere else: no redirect is followed.</summary>
public sealed class TicketApi(IntakeSources sources) : IDisposable
{
    private const int MostBytes = 4 << 20;

    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = TimeSpan.FromSeconds(30),
        MaxResponseContentBufferSize = MostBytes,
    };

    public void Dispose() => _client.Dispose();

    /// <param name="source">Whose API.</param>
    /// <param name="path">Below its address; what of it comes from a delivery is a number, or a key whose form was checked.</param>
    /// <param name="form">How the answer is read.</param>
    /// <exception cref="TicketReadException">It answers with anything but that.</exception>
    public async Task<T> GetAsync<T>(IntakeSource source, string path, JsonTypeInfo<T> form, CancellationToken cancellationToken)
    {
        IntakeApi api = source.Api ?? throw new InvalidOperationException($"Source {source.Name} has no API.");
        string token = sources.TokenOf(api) ?? throw new TicketReadException($"The environment variable {api.TokenVariable} is not set.");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{api.Url.AbsoluteUri.TrimEnd('/')}/{path}"));
        request.Headers.Authorization = api.User is null && source.Host == Tickets.TicketHost.Jira
            ? new AuthenticationHeaderValue("Bearer", token)
            : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{api.User}:{token}")));
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.UserAgent.ParseAdd("orchestrator");
        try
        {
            using HttpResponseMessage response = await _client.SendAsync(request, cancellationToken);
            return response.IsSuccessStatusCode
                ? JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(cancellationToken), form) ?? throw new TicketReadException($"{api.Url.Host} answered with nothing.")
                : throw new TicketReadException($"{api.Url.Host} answered {(int)response.StatusCode}; look at Api:User, and at the token in {api.TokenVariable}.");
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException || (failure is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new TicketReadException($"{api.Url.Host} can't be read: {failure.Message}", failure);
        }
    }
}
