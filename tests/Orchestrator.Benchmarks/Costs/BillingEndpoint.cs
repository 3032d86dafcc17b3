using System.Collections.Concurrent;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Compactions;

namespace Orchestrator.Benchmarks.Costs;

/// <summary>An endpoint of the Responses dialect that counts and caches as a provider does, and answers each turn with a thought and a call.</summary>
internal sealed class BillingEndpoint : IAsyncDisposable
{
    private const int ThoughtBytes = 1000;
    private const int SummaryWords = 500;

    private static readonly string[] Headings = ["Done so far", "State of the work", "Open problems", "Next steps", "Decisions"];

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, PromptCache> _caches = [];
    private readonly List<BilledRequest> _requests = [];

    private BillingEndpoint(WebApplication app) => _app = app;

    public string BaseUrl => $"{_app.Urls.Single()}/v1";

    /// <summary>In their order.</summary>
    public IReadOnlyList<BilledRequest> Requests => _requests;

    public static async Task<BillingEndpoint> StartAsync(CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        WebApplication app = builder.Build();
        var endpoint = new BillingEndpoint(app);
        app.Run(endpoint.AnswerAsync);
        await app.StartAsync(cancellationToken);
        return endpoint;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        using JsonDocument body = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
        JsonElement input = body.RootElement.GetProperty("input");
        bool asksForSummary = input[input.GetArrayLength() - 1] is var last && last.GetProperty("type").GetString() == "message"
            && last.GetProperty("content").ToString().StartsWith(PortableSummary.Heading, StringComparison.Ordinal);

        // What a model reads of a request, in the order in which it does: tools, then the prompt. The parameters are no part of it.
        using var prompt = new MemoryStream();
        prompt.Write(JsonMarshal.GetRawUtf8Value(body.RootElement.GetProperty("tools")));
        prompt.Write(JsonMarshal.GetRawUtf8Value(input));
        ReadOnlyMemory<byte> bytes = prompt.GetBuffer().AsMemory(0, (int)prompt.Length - "]".Length);

        string key = body.RootElement.GetProperty("prompt_cache_key").GetString()!;
        long cached = _caches.GetOrAdd(key, _ => new PromptCache()).Add(bytes.Span);
        string[] items = asksForSummary ? [Summary()] : Turn(_requests.Count + 1);
        var billed = new BilledRequest(
            PromptCache.Tokens(bytes.Length), cached, items.Sum(item => PromptCache.Tokens(Encoding.UTF8.GetByteCount(item))), asksForSummary);
        _requests.Add(billed);
        http.Response.ContentType = "text/event-stream";
        await http.Response.WriteAsync(Completed(billed, items), http.RequestAborted);
    }

    private static string[] Turn(int number) =>
    [
        $$"""{"id":"rs_{{number}}","type":"reasoning","summary":[],"encrypted_content":"{{Filling.Of($"thought {number}", ThoughtBytes)}}"}""",
        $$"""{"id":"fc_{{number}}","type":"function_call","status":"completed","call_id":"call_{{number}}","name":"bash","arguments":"{\"command\":\"make step-{{number}}\"}"}""",
    ];

    private static string Summary()
    {
        string text = string.Concat(
            Headings.Select(heading => $"## {heading}\n{string.Join(' ', Enumerable.Repeat("word", SummaryWords))}\n"));
        return $$"""{"id":"msg","type":"message","role":"assistant","status":"completed","content":[{"type":"output_text","text":{{JsonSerializer.Serialize(text)}}}]}""";
    }

    private static string Completed(BilledRequest billed, string[] items) =>
        $$"""data: {"type":"response.completed","response":{"id":"r","status":"completed","model":"gpt-5.5-2026-04-23","service_tier":"default","output":[{{string.Join(',', items)}}],"""
        + $$""" "usage":{"input_tokens":{{billed.InputTokens}},"output_tokens":{{billed.OutputTokens}},"input_tokens_details":{"cached_tokens":{{billed.CachedTokens}} } } } }"""
        + "\n\n";
}
