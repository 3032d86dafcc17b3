using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Providers.Scripted;

namespace Orchestrator.Benchmarks.Product;

/// <summary>The scripted model behind a door that remembers every request; it outlives the processes that are killed.</summary>
internal sealed class CountingModel : IAsyncDisposable
{
    private readonly ScriptedEndpoint _model;
    private readonly WebApplication _door;
    private readonly HttpClient _client = new();
    private readonly ConcurrentQueue<ModelRequest> _requests = [];

    private CountingModel(ScriptedEndpoint model, WebApplication door)
    {
        _model = model;
        _door = door;
    }

    /// <summary>In the order of their arrival.</summary>
    public IReadOnlyList<ModelRequest> Requests => [.. _requests];

    public string BaseUrl => _door.Urls.Single() + "/v1";

    public static async Task<CountingModel> StartAsync(string script, CancellationToken cancellationToken)
    {
        ScriptedEndpoint model =
            await ScriptedEndpoint.StartAsync(script, new IPEndPoint(IPAddress.Loopback, 0), TimeProvider.System, cancellationToken);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        WebApplication door = builder.Build();
        var counting = new CountingModel(model, door);
        door.MapPost("/v1/responses", counting.ForwardAsync);
        door.MapGet("/v1/models/{id}", () => Results.Text("{}", "application/json"));
        await door.StartAsync(cancellationToken);
        return counting;
    }

    public async ValueTask DisposeAsync()
    {
        await _door.StopAsync();
        await _door.DisposeAsync();
        await _model.DisposeAsync();
        _client.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        _requests.Enqueue(ModelRequest.Read(body.ToArray(), TimeProvider.System.GetUtcNow()));
        using var forwarded = new HttpRequestMessage(HttpMethod.Post, $"{_model.BaseUrl}/responses")
        {
            Content = new ByteArrayContent(body.ToArray()) { Headers = { { "Content-Type", "application/json" } } },
        };
        using HttpResponseMessage answer =
            await _client.SendAsync(forwarded, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
