using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Testing.Servers;

/// <summary>A server on loopback, as strict as the real one in who asks, how, and for what.</summary>
public abstract class FakeServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<IResult> _instead = [];
    private readonly ConcurrentQueue<string> _asked = [];
    private int _toLose;

    private protected FakeServer()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Use(GuardAsync);
        Map(_app);
    }

    /// <summary>Every request to the API, as method and path, in order.</summary>
    public IReadOnlyList<string> Asked => [.. _asked];

    /// <summary>The next request is answered by this, and nothing comes of it.</summary>
    public void AnswerNext(IResult instead) => _instead.Enqueue(instead);

    /// <summary>What the next request that changes something asks for is done, and nobody hears of it.</summary>
    public void LoseNextAnswer() => Interlocked.Exchange(ref _toLose, 1);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _app.DisposeAsync();
    }

    protected Task ListenAsync() => _app.StartAsync();

    private protected Uri Address => new(_app.Urls.First());

    private protected abstract void Map(WebApplication app);

    private protected abstract bool Admits(HttpRequest request);

    /// <summary>How it turns away who isn't let in.</summary>
    private protected abstract IResult TurnedAway();

    /// <summary>What is asked beside the API is neither kept nor lost.</summary>
    private protected virtual bool IsApi(HttpRequest request) => true;

    /// <returns>Null if the body isn't an object with nothing but these members.</returns>
    private protected static async Task<JsonObject?> ReadAsync(HttpRequest request, params string[] members) =>
        request.ContentType == "application/json" && await JsonNode.ParseAsync(request.Body) is JsonObject body && body.All(member => members.Contains(member.Key)) ? body : null;

    private protected static IResult Json(object? body, int status = StatusCodes.Status200OK) => Results.Json(body, statusCode: status);

    private async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        HttpRequest request = context.Request;
        bool isApi = IsApi(request);
        if (isApi)
        {
            _asked.Enqueue($"{request.Method} {request.Path.Value}");
        }

        if (!Admits(request))
        {
            await TurnedAway().ExecuteAsync(context);
            return;
        }

        if (isApi && _instead.TryDequeue(out IResult? instead))
        {
            await instead.ExecuteAsync(context);
            return;
        }

        if (isApi && !HttpMethods.IsGet(request.Method) && Interlocked.Exchange(ref _toLose, 0) == 1)
        {
            context.Response.Body = new MemoryStream();
            await next(context);
            context.Abort();
            return;
        }

        await next(context);
    }
}
