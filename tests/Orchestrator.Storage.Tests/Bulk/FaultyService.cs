using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Orchestrator.Storage.Tests.Bulk;

/// <summary>What happens to one request on its way to the service or back.</summary>
internal enum BlobFault
{
    /// <summary>503 without asking the service.</summary>
    Unavailable,

    /// <summary>No answer, until whoever asks gives up.</summary>
    Silent,

    /// <summary>The service does it; its answer is lost.</summary>
    AnswerLost,

    /// <summary>Half the body, then a closed connection.</summary>
    Truncated,

    /// <summary>One byte of the body is another one.</summary>
    Garbled,

    /// <summary>One byte of what is sent is another one.</summary>
    SentGarbled,
}

/// <summary>Stands between a client and a storage service and does to requests, one after the other, what it is told.</summary>
internal sealed class FaultyService : IAsyncDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private readonly ConcurrentQueue<BlobFault> _faults = new();
    private readonly Uri _service;
    private readonly WebApplication _app;
    private int _requests;

    private FaultyService(Uri service)
    {
        _service = service;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(ServeAsync);
    }

    public Uri Endpoint => new(new Uri(_app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single()), _service.AbsolutePath);

    /// <summary>Each request meets a 503, until this is false again.</summary>
    public bool IsOut { get; set; }

    public int Requests => _requests;

    public int FaultsLeft => _faults.Count;

    public static async Task<FaultyService> StartAsync(Uri service)
    {
        var faulty = new FaultyService(service);
        await faulty._app.StartAsync();
        return faulty;
    }

    public void Do(params IEnumerable<BlobFault> faults)
    {
        foreach (BlobFault fault in faults)
        {
            _faults.Enqueue(fault);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private async Task ServeAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        BlobFault? fault = IsOut ? BlobFault.Unavailable : _faults.TryDequeue(out BlobFault next) ? next : null;
        if (fault == BlobFault.Unavailable)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers["x-ms-error-code"] = "ServerBusy";
            return;
        }

        if (fault == BlobFault.Silent)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        using HttpResponseMessage answer = await PassOnAsync(context.Request, fault);
        byte[] body = await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
        if (fault == BlobFault.AnswerLost)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        foreach ((string name, IEnumerable<string> values) in answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key is not "Transfer-Encoding" and not "Connection" and not "Keep-Alive"))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        if (fault == BlobFault.Garbled)
        {
            body[body.Length / 2] ^= 1;
        }

        int sent = fault == BlobFault.Truncated ? body.Length / 2 : body.Length;
        if (sent > 0)
        {
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body.AsMemory(0, sent), context.RequestAborted);
        }

        if (fault == BlobFault.Truncated)
        {
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
        }
    }

    private async Task<HttpResponseMessage> PassOnAsync(HttpRequest request, BlobFault? fault)
    {
        using var content = new MemoryStream();
        await request.Body.CopyToAsync(content);
        byte[] sent = content.ToArray();
        if (fault == BlobFault.SentGarbled)
        {
            sent[sent.Length / 2] ^= 1;
        }

        string target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(_service, target));
        message.Content = new ByteArrayContent(sent);
        foreach ((string name, StringValues values) in request.Headers.Where(header => header.Key is not "Host" and not "Connection" and not "Content-Length"))
        {
            if (!message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                message.Content.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        if (sent.Length == 0 && request.ContentLength is null)
        {
            message.Content = null;
        }

        return await _client.SendAsync(message, request.HttpContext.RequestAborted);
    }
}
