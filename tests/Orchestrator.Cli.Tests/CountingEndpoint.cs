using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Providers.Scripted;

namespace Orchestrator.Cli.Tests;

/// <summary>A model endpoint that lives outside the killed processes and remembers which turn each request asked for.</summary>
internal sealed class CountingEndpoint : IAsyncDisposable
{
    private readonly ScriptedEndpoint _model;
    private readonly WebApplication _front;
    private readonly HttpClient _client = new();

    private CountingEndpoint(ScriptedEndpoint model, WebApplication front)
    {
        _model = model;
        _front = front;
    }

    /// <summary>What was asked for, in the order in which it was read here: a killed process's last request may be read late.</summary>
    public ConcurrentQueue<(string Key, int Turn)> Asked { get; } = [];

    /// <summary>The turns that were asked for, in the order of the requests.</summary>
    public IEnumerable<int> AskedTurns => Asked.Select(asked => asked.Turn);

    /// <summary>The paths of looks at answers in the background, and of their cancels.</summary>
    public ConcurrentQueue<string> Followed { get; } = [];

    /// <summary>From this turn on requests are refused with that status; null while all are served.</summary>
    public (int Turn, int Status)? Refusal { get; set; }

    /// <summary>No answer is given before it.</summary>
    public Task Held { get; set; } = Task.CompletedTask;

    /// <summary>What a look at the model is answered with.</summary>
    public int CheckStatus { get; set; } = StatusCodes.Status200OK;

    public (string, string?)[] Environment =>
        [("OPENAI_BASE_URL", BaseUrl), ("OPENAI_API_KEY", "counted-key"), ("Providers__RetryDelay", "00:00:00.010")];

    public string BaseUrl => _front.Urls.Single() + "/v1";

    public static async Task<CountingEndpoint> StartAsync(string script)
    {
        ScriptedEndpoint model = await ScriptedEndpoint.StartAsync(
            script, new IPEndPoint(IPAddress.Loopback, 0), TimeProvider.System, CancellationToken.None);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        WebApplication front = builder.Build();
        var endpoint = new CountingEndpoint(model, front);
        front.MapPost("/v1/responses", endpoint.ForwardAsync);
        front.MapGet("/v1/responses/{id}", endpoint.FollowAsync);
        front.MapPost("/v1/responses/{id}/cancel", endpoint.FollowAsync);
        front.MapGet("/v1/models/{id}", () => Results.Text("{}", "application/json", statusCode: endpoint.CheckStatus));
        await front.StartAsync();
        return endpoint;
    }

    public async ValueTask DisposeAsync()
    {
        await _front.StopAsync();
        await _front.DisposeAsync();
        await _model.DisposeAsync();
        _client.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        int turn = TurnOf(body.ToArray());
        Asked.Enqueue((context.Request.Headers.Authorization.ToString()["Bearer ".Length..], turn));
        await Held;
        if (Refusal is { } refusal && turn >= refusal.Turn)
        {
            context.Response.StatusCode = refusal.Status;
            return;
        }

        using var forwarded = new HttpRequestMessage(HttpMethod.Post, $"{_model.BaseUrl}/responses") { Content = new ByteArrayContent(body.ToArray()) };
        forwarded.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        await AnswerAsync(context, forwarded);
    }

    private async Task FollowAsync(HttpContext context)
    {
        string path = context.Request.Path.Value!["/v1/".Length..];
        Followed.Enqueue(path);
        using var forwarded = new HttpRequestMessage(new HttpMethod(context.Request.Method), $"{_model.BaseUrl}/{path}{context.Request.QueryString}");
        await AnswerAsync(context, forwarded);
    }

    private async Task AnswerAsync(HttpContext context, HttpRequestMessage forwarded)
    {
        using HttpResponseMessage answer = await _client.SendAsync(forwarded, HttpCompletionOption.ResponseHeadersRead);
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await (await answer.Content.ReadAsStreamAsync()).CopyToAsync(context.Response.Body);
    }

    /// <summary>The scripted model marks each answer's items with one reasoning item.</summary>
    private static int TurnOf(byte[] body)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        return 1 + document.RootElement.GetProperty("input").EnumerateArray()
            .Count(item => item.TryGetProperty("type", out JsonElement type) && type.GetString() == "reasoning");
    }
}
