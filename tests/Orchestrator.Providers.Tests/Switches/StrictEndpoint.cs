using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Providers.Tests.Switches;

/// <summary>
/// An endpoint on loopback that takes nothing but what its dialect allows: no foreign or missing member, no call without its
/// output, no role out of order, no signature that it did not give, no answer that doesn't fit into its window behind the prompt.
/// </summary>
/// <param name="window">Its tokens, of which every four bytes of a request are one.</param>
internal abstract class StrictEndpoint(int window) : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _refusals = new();
    private FakeEndpoint? _endpoint;

    public string BaseUrl => _endpoint!.BaseUrl;

    public int Requests => _endpoint!.Requests.Count;

    public IReadOnlyList<string> Refusals => [.. _refusals];

    /// <summary>What its answers are like.</summary>
    public TurnShape Shape { get; set; }

    /// <summary>What the newest request shows, in order: words of people, texts, calls and results, without thoughts and instructions.</summary>
    public IReadOnlyList<string> Shown
    {
        get
        {
            using JsonDocument body = JsonDocument.Parse(_endpoint!.Requests[^1].Body);
            return [.. ShownIn(body.RootElement).Where(line => !line.EndsWith(": ", StringComparison.Ordinal))];
        }
    }

    /// <summary>Signatures of the thoughts given so far.</summary>
    protected ConcurrentDictionary<string, bool> Given { get; } = [];

    public async Task<T> StartedAsync<T>()
        where T : StrictEndpoint
    {
        _endpoint = await FakeEndpoint.StartAsync(AnswerAsync);
        return (T)this;
    }

    public static string Asked(string text) => $"user: {text}";

    public static string Said(string text) => $"model: {text}";

    public static string Called(string tool, string arguments) => $"call: {tool} {arguments}";

    public static string Returned(string text) => $"result: {text}";

    public ValueTask DisposeAsync() => _endpoint!.DisposeAsync();

    /// <exception cref="Refusal">It is not what the dialect allows.</exception>
    protected abstract void Check(IHeaderDictionary headers, JsonElement body);

    /// <summary>The events of an answer.</summary>
    protected abstract string Answer(int number, string signature, IReadOnlyList<AnswerPart> parts);

    /// <summary>The lines that <see cref="Said"/>, <see cref="Called"/> and their like make of what a request shows.</summary>
    protected abstract IEnumerable<string> ShownIn(JsonElement body);

    private async Task AnswerAsync(HttpContext http, int number)
    {
        using JsonDocument body = await JsonDocument.ParseAsync(http.Request.Body);
        try
        {
            Check(http.Request.Headers, body.RootElement);
            long longest = body.RootElement.EnumerateObject().Single(member => member.Name.StartsWith("max_", StringComparison.Ordinal)).Value.GetInt64();
            Refusal.Unless((http.Request.Body.Length / 4) + longest <= window, $"{longest} tokens of answer don't fit");
        }
        catch (Exception refusal) when (refusal is Refusal or KeyNotFoundException or InvalidOperationException or JsonException)
        {
            _refusals.Enqueue(refusal.Message);
            http.Response.StatusCode = 400;
            await http.Response.WriteAsync(JsonSerializer.Serialize(new { error = new { message = refusal.Message, type = "invalid_request_error" } }));
            return;
        }

        string signature = $"{GetType().Name}+{number}/=";
        Given[signature] = true;
        http.Response.ContentType = "text/event-stream";
        await http.Response.WriteAsync(Answer(number, signature, Shape.Parts()));
    }
}
