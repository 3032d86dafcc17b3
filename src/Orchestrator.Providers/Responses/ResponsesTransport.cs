// The official package marks its whole Responses client as experimental.
#pragma warning disable OPENAI001
using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using OpenAI.Responses;
using Orchestrator.Agent.Models;

namespace Orchestrator.Providers.Responses;

/// <summary>
/// Sends one request over the official package's pipeline and says what became of it. It never repeats a request and lets no
/// exception of the network out.
/// </summary>
internal sealed class ResponsesTransport : IDisposable
{
    private const long LongestAnswer = 32 * 1024 * 1024;
    private const int LongestError = 64 * 1024;
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(15);

    private readonly ResponsesEndpoint _endpoint;
    private readonly ResponsesOptions _options;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;
    private readonly ResponsesClient _client;

    public ResponsesTransport(ResponsesEndpoint endpoint, ResponsesOptions options, TimeProvider clock)
    {
        _endpoint = endpoint;
        _options = options;
        _clock = clock;
        SocketsHttpHandler handler = new()
        {
            // A redirected POST would arrive as a GET, and the key could go to another host.
            AllowAutoRedirect = false,
            UseProxy = !endpoint.BaseUrl.IsLoopback,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _client = new ResponsesClient(new ApiKeyCredential(endpoint.ApiKey ?? "none"), new ResponsesClientOptions
        {
            Endpoint = endpoint.BaseUrl,
            Transport = new HttpClientPipelineTransport(_http),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            UserAgentApplicationId = "orchestrator",
        });
    }

    /// <summary>Sends a request once.</summary>
    public async Task<Attempt> SendAsync(RequestBody body, CancellationToken cancellationToken)
    {
        using CancellationTokenSource firstByte = new(_options.FirstByteTimeout, _clock);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(firstByte.Token, cancellationToken);
        try
        {
            RequestOptions request = new()
            {
                BufferResponse = false,
                ErrorOptions = ClientErrorBehaviors.NoThrow,
                CancellationToken = stop.Token,
            };

            // For a request that names event streams the package copies the body, follows redirects, and sends it again, without
            // end, when a stream breaks.
            request.SetHeader("Accept", "*/*");
            ClientResult result = await _client.CreateResponseAsync(body, request);
            using PipelineResponse response = result.GetRawResponse();
            firstByte.CancelAfter(Timeout.InfiniteTimeSpan);

            return await ReadAsync(response, cancellationToken);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            return Broken($"no answer began within {_options.FirstByteTimeout.TotalSeconds:0.###} s", exception);
        }
        catch (ClientResultException exception) when (exception.InnerException is HttpRequestException inner)
        {
            return AsFailure(inner);
        }
        catch (HttpRequestException exception)
        {
            return AsFailure(exception);
        }
        catch (Exception exception) when (exception is IOException or TimeoutException or InvalidDataException)
        {
            return Broken($"the connection broke: {exception.Message}", exception);
        }
        catch (JsonException exception)
        {
            return Broken($"the answer is not what the Responses dialect says: {exception.Message}", exception);
        }
    }

    /// <summary>Asks for the model's description, which costs nothing. Null if nothing speaks against asking the model.</summary>
    public async Task<Attempt.Failed?> CheckAsync(string model, CancellationToken cancellationToken)
    {
        using CancellationTokenSource late = new(CheckTimeout, _clock);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Get, $"{_endpoint.BaseUrl.AbsoluteUri}/models/{Uri.EscapeDataString(model)}");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _endpoint.ApiKey);
            using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token);

            // Gateways often lack this route, and an endpoint in trouble may be well when it is asked: only a refused key counts.
            string fact = $"the endpoint refuses the key ({(int)response.StatusCode})";
            return response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                ? new Attempt.Failed(ProviderFailure.Unauthorized, IsTransient: false, fact)
                : null;
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            string fact = $"the endpoint did not answer within {CheckTimeout.TotalSeconds} s";
            return new Attempt.Failed(ProviderFailure.Unreachable, IsTransient: true, fact) { Cause = exception };
        }
        catch (HttpRequestException exception)
        {
            return AsFailure(exception) with { Failure = ProviderFailure.Unreachable };
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<Attempt> ReadAsync(PipelineResponse response, CancellationToken cancellationToken)
    {
        using BoundedStream body = new(
            response.ContentStream ?? Stream.Null, LongestAnswer, _options.IdleTimeout, _clock, cancellationToken);
        if (response.Status is < 200 or > 299)
        {
            EndpointError error = EndpointError.FromBody(await ReadErrorAsync(body, cancellationToken));
            return error.AsFailure(response.Status) with { RetryAfter = RetryAfter.Read(response.Headers, _clock) };
        }

        response.Headers.TryGetValue("Content-Type", out string? contentType);
        return contentType?.Split(';')[0].Trim().ToLowerInvariant() switch
        {
            "application/json" => await AnswerReader.ReadWholeAsync(body, cancellationToken),
            "text/html" => new Attempt.Failed(ProviderFailure.Misconfigured, IsTransient: false, "the endpoint answered with a web page"),
            _ => await AnswerReader.ReadEventsAsync(body, cancellationToken),
        };
    }

    // The status says enough if the explanation breaks off.
    private static async Task<ReadOnlyMemory<byte>> ReadErrorAsync(BoundedStream body, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[LongestError];
        int length = 0;
        try
        {
            while (length < buffer.Length && await body.ReadAsync(buffer.AsMemory(length), cancellationToken) is > 0 and var read)
            {
                length += read;
            }
        }
        catch (Exception exception) when (exception is IOException or TimeoutException or HttpRequestException)
        {
            return buffer.AsMemory(0, length);
        }

        return buffer.AsMemory(0, length);
    }

    private static Attempt.Failed Broken(string fact, Exception cause) =>
        new(ProviderFailure.Overloaded, IsTransient: true, fact) { Cause = cause };

    private static Attempt.Failed AsFailure(HttpRequestException exception) => exception.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError
            or HttpRequestError.ProxyTunnelError =>
            new Attempt.Failed(ProviderFailure.Unreachable, IsTransient: true, $"no connection could be made: {exception.Message}")
            {
                Cause = exception,
            },
        _ => Broken($"the connection broke: {exception.Message}", exception),
    };
}
