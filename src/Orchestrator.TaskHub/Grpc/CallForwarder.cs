using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Orchestrator.TaskHub.Hubs;

namespace Orchestrator.TaskHub.Grpc;

/// <summary>
/// Passes the calls of a hub that stands by on to the owner, as they are: workers and clients may connect to any hub. When
/// the owner is lost they end UNAVAILABLE, and their callers come back.
/// </summary>
internal sealed class CallForwarder : IDisposable
{
    // A call is passed on once: of two hubs that each take the other for the owner neither is, for a moment.
    private const string Mark = "x-orchestrator-forwarded";
    private const string StatusHeader = "grpc-status";
    private const string MessageHeader = "grpc-message";
    private const int BufferBytes = 16 * 1024;

    private static readonly string[] OfTheConnection = ["Connection", "Host", "Keep-Alive", "Transfer-Encoding", "Date", "Server"];

    private readonly Hub _hub;
    private readonly HttpMessageInvoker _owner;

    /// <param name="hub">The one that stands by, or not.</param>
    /// <param name="peerSilence">How long the owner may not answer a ping.</param>
    /// <param name="certificate">This hub's own; an owner that shows the same one is trusted.</param>
    public CallForwarder(Hub hub, TimeSpan peerSilence, X509Certificate2? certificate)
    {
        _hub = hub;
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = peerSilence,
            KeepAlivePingDelay = peerSilence,
            KeepAlivePingTimeout = peerSilence,
        };
        if (certificate is not null)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, errors) =>
                errors == System.Net.Security.SslPolicyErrors.None
                || (shown is not null && shown.GetRawCertData().AsSpan().SequenceEqual(certificate.RawData));
        }

        _owner = new HttpMessageInvoker(handler);
    }

    public async Task ForwardAsync(HttpContext context, RequestDelegate next)
    {
        if (_hub.Standby is not { } standby || context.Request.Headers.ContainsKey(Mark))
        {
            await next(context);
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, standby.Ended);
        try
        {
            await ForwardAsync(context, standby, stop.Token);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            if (!context.RequestAborted.IsCancellationRequested)
            {
                EndUnavailable(context.Response, standby);
            }
        }
    }

    public void Dispose() => _owner.Dispose();

    private async Task ForwardAsync(HttpContext context, Standby standby, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = Request(context.Request, standby);
        using HttpResponseMessage answer = await _owner.SendAsync(request, cancellationToken);
        HttpResponse response = context.Response;
        response.StatusCode = (int)answer.StatusCode;
        Copy(answer.Headers, response.Headers);
        Copy(answer.Content.Headers, response.Headers);
        if (response.Headers.ContainsKey(StatusHeader))
        {
            // It has ended without a message: its status is all there is.
            return;
        }

        await response.StartAsync(cancellationToken);
        await using Stream body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        byte[] buffer = new byte[BufferBytes];
        while (await body.ReadAsync(buffer, cancellationToken) is var length and > 0)
        {
            await response.Body.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
            await response.Body.FlushAsync(cancellationToken);
        }

        foreach ((string name, IEnumerable<string> values) in answer.TrailingHeaders)
        {
            response.AppendTrailer(name, new StringValues([.. values]));
        }
    }

    private static HttpRequestMessage Request(HttpRequest asked, Standby standby)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(standby.Owner), asked.Path.ToUriComponent()))
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StreamContent(asked.Body),
        };
        foreach ((string name, StringValues values) in asked.Headers)
        {
            if (!name.StartsWith(':') && !OfTheConnection.Contains(name, StringComparer.OrdinalIgnoreCase)
                && !request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                request.Content.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        request.Headers.TryAddWithoutValidation(Mark, "1");
        return request;
    }

    private static void Copy(System.Net.Http.Headers.HttpHeaders from, IHeaderDictionary to)
    {
        foreach ((string name, IEnumerable<string> values) in from)
        {
            if (!OfTheConnection.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                to[name] = new StringValues([.. values]);
            }
        }
    }

    private static void EndUnavailable(HttpResponse response, Standby standby)
    {
        string status = ((int)StatusCode.Unavailable).ToString();
        string message = $"This hub stands by, and the owner at {standby.Owner} does not answer.";
        if (response.HasStarted)
        {
            response.AppendTrailer(StatusHeader, status);
            response.AppendTrailer(MessageHeader, message);
        }
        else
        {
            response.Clear();
            response.ContentType = "application/grpc";
            response.Headers[StatusHeader] = status;
            response.Headers[MessageHeader] = message;
        }
    }
}
