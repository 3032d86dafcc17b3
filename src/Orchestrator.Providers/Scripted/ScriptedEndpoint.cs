using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Providers.Scripted.Chat;
using Orchestrator.Providers.Scripted.Messages;
using Orchestrator.Providers.Scripted.Responses;

namespace Orchestrator.Providers.Scripted;

/// <summary>
/// An HTTP endpoint that answers from a script, in the Responses, the Messages and the Chat Completions dialect: a model for tests
/// and demonstrations.
/// </summary>
public sealed class ScriptedEndpoint : IAsyncDisposable
{
    private const long LongestRequest = 256 * 1024 * 1024;

    private readonly WebApplication _app;

    private ScriptedEndpoint(WebApplication app, Uri baseUrl, string announcement)
    {
        _app = app;
        BaseUrl = baseUrl;
        Announcement = announcement;
    }

    /// <summary>What <c>OPENAI_BASE_URL</c> is to be set to, version included.</summary>
    public Uri BaseUrl { get; }

    /// <summary>One line that says what listens where, and that it is no language model.</summary>
    public string Announcement { get; }

    /// <summary>Reads the script and starts to listen; port 0 takes a free one.</summary>
    /// <exception cref="ScriptException">The script cannot be read; the message names the line and the key.</exception>
    /// <exception cref="IOException">The address is taken.</exception>
    public static async Task<ScriptedEndpoint> StartAsync(
        string scriptFile, IPEndPoint listen, TimeProvider clock, CancellationToken cancellationToken)
    {
        Script script = await ScriptReader.ReadAsync(scriptFile, cancellationToken);

        // The empty builder reads no environment and no settings files, which belong to the program around this.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = LongestRequest;
            kestrel.Listen(listen);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        WebApplication app = builder.Build();
        Map(app, script, clock);
        await app.StartAsync(cancellationToken);

        Uri baseUrl = new($"{app.Urls.Single()}/v1");
        string turns = $"{script.Turns.Count} turns of {scriptFile} at {baseUrl}";
        return new ScriptedEndpoint(app, baseUrl, $"Scripted model (for tests and demonstrations, no language model): {turns}");
    }

    public async ValueTask DisposeAsync()
    {
        // Hanging requests would hold up the end of the process.
        using CancellationTokenSource now = new();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private static void Map(WebApplication app, Script script, TimeProvider clock)
    {
        ResponsesDialect responses = new(clock);
        app.UseRouting();
        MessagesDialect messages = new();
        ChatDialect chat = new(clock);
        ScriptPlayer player = new(script, clock);
        app.MapPost("/v1/responses", http => player.AnswerAsync(http, responses));
        app.MapPost("/v1/responses/compact", new CompactionEndpoint(script, clock).AnswerAsync);
        app.MapPost("/v1/responses/input_tokens", responses.CountAsync);
        app.MapGet("/v1/responses/{id}", responses.Background.ShowAsync);
        app.MapPost("/v1/responses/{id}/cancel", responses.Background.CancelAsync);
        app.MapPost("/v1/messages", http => player.AnswerAsync(http, messages));
        app.MapPost("/v1/messages/count_tokens", messages.CountAsync);
        app.MapPost("/v1/chat/completions", http => player.AnswerAsync(http, chat));
        app.MapGet("/v1/models", http => http.SendAsync(ScriptJson.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("object"u8, "list"u8);
            json.WriteStartArray("data"u8);
            WriteModel(json, "scripted");
            json.WriteEndArray();
            json.WriteEndObject();
        })));
        app.MapGet("/v1/models/{id}", http => http.SendAsync(ScriptJson.Write(json => WriteModel(json, (string)http.GetRouteValue("id")!))));
        app.MapFallback(RefuseUrlAsync);
    }

    private static void WriteModel(Utf8JsonWriter json, string id)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, id);
        json.WriteString("object"u8, "model"u8);
        json.WriteNumber("created"u8, 0);
        json.WriteString("owned_by"u8, "scripted"u8);
        json.WriteEndObject();
    }

    private static Task RefuseUrlAsync(HttpContext http) => http.RefuseAsync(
        new Refusal($"Unknown request URL: {http.Request.Method} {http.Request.Path}.", "unknown_url", null) { Status = 404 }, OpenAIError.Of);

    /// <summary>Leaves the process's signals to the program around this.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
