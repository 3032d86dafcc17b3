using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Providers.Tests.Schema;

namespace Orchestrator.Providers.Tests;

/// <summary>
/// A remote party on loopback: keeps every request it gets and answers as the test says. Every request to <c>/responses</c> is
/// held against the official schema, where it is at hand.
/// </summary>
internal sealed class FakeEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ReceivedRequest> _requests = new();
    private readonly ConcurrentQueue<string> _schemaErrors = new();

    private FakeEndpoint(WebApplication app) => _app = app;

    public string BaseUrl => $"{_app.Urls.Single()}/v1";

    public IReadOnlyList<ReceivedRequest> Requests => [.. _requests];

    /// <param name="answer">Gets the request and its number, from 1.</param>
    /// <param name="port">Where it listens; anywhere if left out.</param>
    /// <param name="connections">What is done to connections.</param>
    public static async Task<FakeEndpoint> StartAsync(Func<HttpContext, int, Task> answer, int port = 0, Action<ListenOptions>? connections = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => connections?.Invoke(listen)));
        builder.Services.AddRoutingCore();
        WebApplication app = builder.Build();
        FakeEndpoint endpoint = new(app);
        int number = 0;
        app.Run(async http =>
        {
            using MemoryStream body = new();
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
            endpoint.Keep(new ReceivedRequest(
                http.Request.Method, http.Request.Path, new HeaderDictionary(http.Request.Headers.ToDictionary()), body.ToArray()));
            body.Position = 0;
            http.Request.Body = body;
            await answer(http, Interlocked.Increment(ref number));
        });
        await app.StartAsync();
        return endpoint;
    }

    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource now = new();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();

        Assert.Empty(_schemaErrors);
    }

    private void Keep(ReceivedRequest request)
    {
        _requests.Enqueue(request);
        if (request.Path.EndsWith("/responses", StringComparison.Ordinal) && RequestSchema.Find() is { } schema)
        {
            foreach (string error in schema.Validate(request.Body))
            {
                _schemaErrors.Enqueue(error);
            }
        }
    }
}

internal sealed record ReceivedRequest(string Method, string Path, IHeaderDictionary Headers, byte[] Body)
{
    public string Authorization => Headers.Authorization.ToString();
}
