using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net;
using System.Text.Json;
using Orchestrator.Agent.Models;

namespace Orchestrator.Providers.Requests;

/// <summary>
/// Sends one request in a dialect, over the package that speaks it, and says what became of it. It never repeats a request and lets no
/// exception of the network out.
/// </summary>
internal sealed class Transport : IDisposable
{
    private const long LongestAnswer = 32 * 1024 * 1024;
    private const int LongestError = 64 * 1024;
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(15);

    private readonly WireForm _form;
    private readonly AskingOptions _options;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;
    private readonly Connection _connection;

    public Transport(Endpoint endpoint, WireForm form, AskingOptions options, TimeProvider clock)
    {
        _form = form;
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
        _connection = form.Connect(endpoint, new HttpClientPipelineTransport(_http));
    }

    /// <summary>Sends a request once.</summary>
    public async Task<Attempt> SendAsync(RequestBody body, Listener listener, CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(listener.Enough, cancellationToken);
        try
        {
            return await ExchangeAsync(options => _connection.AskAsync(body, options), listener, stop.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Attempt.Underway();
        }
    }

    /// <summary>Looks once at an answer that the endpoint works on in the background.</summary>
    public async Task<Attempt> LookAsync(string id, CancellationToken cancellationToken)
    {
        Func<string, RequestOptions, Task<ClientResult>> look = _connection.LookAsync
            ?? throw new InvalidOperationException($"The {_form.Dialect} dialect knows no answers in the background.");
        HttpStatusCode status = default;
        Attempt seen = await ExchangeAsync(
            async options =>
            {
                ClientResult result = await look(id, options);
                status = (HttpStatusCode)result.GetRawResponse().Status;
                return result;
            },
            new Listener(_ => { }),
            cancellationToken);
        return (seen, status) switch
        {
            (Attempt.Failed, HttpStatusCode.NotFound or HttpStatusCode.Gone) =>
                new Attempt.Failed(ProviderFailure.Overloaded, IsTransient: false, "the endpoint no longer has the answer that it worked on") { IsGone = true },
            (Attempt.Failed failed, not HttpStatusCode.OK) => failed with { IsLookAlone = true },
            (Attempt.Failed { Cause: not null } broken, _) => broken with { IsLookAlone = true },
            _ => seen,
        };
    }

    /// <summary>Has the endpoint stop its work on an answer in the background. Null if it does; else what speaks against it.</summary>
    public async Task<Attempt.Failed?> CancelAsync(string id, CancellationToken cancellationToken)
    {
        Func<string, RequestOptions, Task<ClientResult>> cancel = _connection.CancelAsync
            ?? throw new InvalidOperationException($"The {_form.Dialect} dialect knows no answers in the background.");
        return await ExchangeAsync(options => cancel(id, options), new Listener(_ => { }), cancellationToken, CheckTimeout) is Attempt.Failed { IsTransient: true } failed
            ? failed
            : null;
    }

    /// <summary>Asks for the model's description, which costs nothing. Null if nothing speaks against asking the model.</summary>
    public async Task<Attempt.Failed?> CheckAsync(string model, CancellationToken cancellationToken)
    {
        using CancellationTokenSource late = new(CheckTimeout, _clock);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            ClientResult result = await _connection.DescribeAsync(model, Once(stop.Token));
            using PipelineResponse response = result.GetRawResponse();

            // Gateways often lack this route, and an endpoint in trouble may be well when it is asked: only a refused key or account counts.
            await using BoundedStream body = Body(response, stop.Token);
            return response.Status < 400 ? null : await ReadFailureAsync(response, body, stop.Token) switch
            {
                { Failure: ProviderFailure.Unauthorized } refused => refused with { Fact = $"the endpoint refuses the key ({response.Status})" },
                { Failure: ProviderFailure.QuotaSpent } spent => spent,
                _ => null,
            };
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            string fact = $"the endpoint did not answer within {CheckTimeout.TotalSeconds} s";
            return new Attempt.Failed(ProviderFailure.Unreachable, IsTransient: true, fact) { Cause = exception };
        }
        catch (Exception exception) when ((exception as HttpRequestException ?? exception.InnerException as HttpRequestException) is { } inner)
        {
            return AsFailure(inner) with { Failure = ProviderFailure.Unreachable };
        }
    }

    public void Dispose() => _http.Dispose();

    private static RequestOptions Once(CancellationToken cancellationToken)
    {
        RequestOptions options = new() { BufferResponse = false, ErrorOptions = ClientErrorBehaviors.NoThrow, CancellationToken = cancellationToken };

        // For a request that names event streams OpenAI's package copies the body, follows redirects, and sends it again, without end,
        // when a stream breaks.
        options.SetHeader("Accept", "*/*");
        return options;
    }

    /// <summary>Makes one call and reads what it is answered with. No exception of the network gets out.</summary>
    private async Task<Attempt> ExchangeAsync(
        Func<RequestOptions, Task<ClientResult>> call, Listener listener, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        TimeSpan patience = timeout ?? _options.FirstByteTimeout;
        using CancellationTokenSource firstByte = new(patience, _clock);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(firstByte.Token, cancellationToken);
        try
        {
            ClientResult result = await call(Once(stop.Token));
            using PipelineResponse response = result.GetRawResponse();
            firstByte.CancelAfter(Timeout.InfiniteTimeSpan);
            listener.Heard(response.Headers);

            return await ReadAsync(response, listener, cancellationToken);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            return Broken($"no answer began within {patience.TotalSeconds:0.###} s", exception);
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
            return Broken($"the answer is not what the {_form.Dialect} dialect says: {exception.Message}", exception);
        }
    }

    private async Task<Attempt> ReadAsync(PipelineResponse response, Listener listener, CancellationToken cancellationToken)
    {
        await using BoundedStream body = Body(response, cancellationToken);
        if (response.Status is < 200 or > 299)
        {
            return await ReadFailureAsync(response, body, cancellationToken);
        }

        response.Headers.TryGetValue("Content-Type", out string? contentType);
        return contentType?.Split(';')[0].Trim().ToLowerInvariant() switch
        {
            "application/json" => await ReadWholeAsync(body, listener, cancellationToken),
            "text/html" => new Attempt.Failed(ProviderFailure.Misconfigured, IsTransient: false, "the endpoint answered with a web page"),
            _ => await _form.ReadEventsAsync(body, listener, cancellationToken),
        };
    }

    private BoundedStream Body(PipelineResponse response, CancellationToken cancellationToken) =>
        new(response.ContentStream ?? Stream.Null, LongestAnswer, _options.IdleTimeout, _clock, cancellationToken);

    private async Task<Attempt.Failed> ReadFailureAsync(PipelineResponse response, BoundedStream body, CancellationToken cancellationToken)
    {
        EndpointError error = EndpointError.FromBody(await ReadErrorAsync(body, cancellationToken));
        return error.AsFailure(response.Status, _form) with { RetryAfter = RetryAfter.Read(response.Headers, _clock) };
    }

    private async Task<Attempt> ReadWholeAsync(Stream body, Listener listener, CancellationToken cancellationToken)
    {
        using JsonDocument document = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
        if (_form.UnderwayIn(document.RootElement) is { } id)
        {
            await (listener.Begun?.Invoke(id, cancellationToken) ?? Task.CompletedTask);
            return new Attempt.Underway();
        }

        return Answer.Ended(() => _form.ReadWhole(document.RootElement));
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
