using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Providers.Tests.Switches;

/// <summary>
/// An endpoint on loopback that takes nothing but what its dialect allows: no foreign or missing member, no call without its
/// output, no role out of order, no signature that it did not give. Each of its answers is a call with a thought.
/// </summary>
internal abstract class StrictEndpoint : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _refusals = new();
    private FakeEndpoint? _endpoint;

    public string BaseUrl => _endpoint!.BaseUrl;

    public int Requests => _endpoint!.Requests.Count;

    public IReadOnlyList<string> Refusals => [.. _refusals];

    /// <summary>Signatures of the thoughts given so far.</summary>
    protected ConcurrentDictionary<string, bool> Given { get; } = [];

    public async Task<T> StartedAsync<T>()
        where T : StrictEndpoint
    {
        _endpoint = await FakeEndpoint.StartAsync(AnswerAsync);
        return (T)this;
    }

    public ValueTask DisposeAsync() => _endpoint!.DisposeAsync();

    /// <exception cref="Refusal">It is not what the dialect allows.</exception>
    protected abstract void Check(IHeaderDictionary headers, JsonElement body);

    /// <summary>The events of an answer: a thought, a text and a call.</summary>
    protected abstract string Answer(int number, string signature);

    private async Task AnswerAsync(HttpContext http, int number)
    {
        using JsonDocument body = await JsonDocument.ParseAsync(http.Request.Body);
        try
        {
            Check(http.Request.Headers, body.RootElement);
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
        await http.Response.WriteAsync(Answer(number, signature));
    }
}
