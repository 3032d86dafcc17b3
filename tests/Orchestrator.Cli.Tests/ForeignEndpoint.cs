using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Orchestrator.Cli.Tests;

/// <summary>What the foreign model answers: a text, and the command it wants to run; without one it submits.</summary>
internal sealed record ForeignTurn(string Text, string? Command);

/// <summary>
/// A Responses endpoint that is not ours: no reasoning items, ids of its own kind, whole items instead of deltas, no list of
/// models. It refuses requests that a stateless provider couldn't serve.
/// </summary>
internal sealed class ForeignEndpoint : IAsyncDisposable
{
    private readonly IReadOnlyList<ForeignTurn> _turns;
    private readonly WebApplication _server;
    private readonly List<JsonNode> _expected = [];
    private int _answers;

    private ForeignEndpoint(IReadOnlyList<ForeignTurn> turns, WebApplication server)
    {
        _turns = turns;
        _server = server;
    }

    /// <summary>What was wrong with requests.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>The outputs of calls in the newest request, in their order.</summary>
    public List<string> OutputsOfCalls { get; private set; } = [];

    public (string, string?)[] Environment => [("OPENAI_BASE_URL", _server.Urls.Single() + "/v1"), ("OPENAI_API_KEY", "foreign-key")];

    public static async Task<ForeignEndpoint> StartAsync(params ForeignTurn[] turns)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        WebApplication server = builder.Build();
        var endpoint = new ForeignEndpoint(turns, server);
        server.MapPost("/v1/responses", endpoint.AnswerAsync);
        await server.StartAsync();
        return endpoint;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        await _server.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        JsonNode request = (await JsonNode.ParseAsync(context.Request.Body))!;
        JsonArray input = request["input"]!.AsArray();
        Faults.AddRange(FaultsOf(context, request, input));
        if (Faults.Count > 0)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsJsonAsync(new { error = new { message = string.Join("; ", Faults), type = "invalid_request_error" } });
            return;
        }

        OutputsOfCalls = [.. input.Where(item => TypeOf(item) == "function_call_output").Select(item => item!["output"]!.GetValue<string>())];
        ForeignTurn turn = _turns[_answers++];
        JsonArray output = [.. ItemsOf(turn, _answers)];
        _expected.Clear();
        _expected.AddRange([.. input.Select(item => item!.DeepClone()), .. output.Select(item => item!.DeepClone())]);
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync(EventsOf(output, _answers), Encoding.UTF8);
    }

    private IEnumerable<string> FaultsOf(HttpContext context, JsonNode request, JsonArray input)
    {
        if (context.Request.Headers.Authorization != "Bearer foreign-key")
        {
            yield return "the key is missing";
        }

        if (request["store"]?.GetValue<bool>() != false || request["previous_response_id"] is not null)
        {
            yield return "nothing is stored here: store must be false";
        }

        if (request["stream"]?.GetValue<bool>() != true)
        {
            yield return "this endpoint only streams";
        }

        bool isPrefix = _expected.Count < input.Count && _expected.Index().All(item => JsonNode.DeepEquals(item.Item, input[item.Index]));
        if (!isPrefix)
        {
            yield return "the input doesn't begin with the last input and its answer";
        }

        string[] calls = IdsOf(input, "function_call");
        if (!calls.SequenceEqual(IdsOf(input, "function_call_output")))
        {
            yield return "calls and outputs don't pair";
        }
    }

    private static string[] IdsOf(JsonArray input, string type) =>
        [.. input.Where(item => TypeOf(item) == type).Select(item => item!["call_id"]!.GetValue<string>())];

    private static string? TypeOf(JsonNode? item) => item?["type"]?.GetValue<string>();

    private static IEnumerable<JsonNode> ItemsOf(ForeignTurn turn, int answer)
    {
        yield return new JsonObject
        {
            ["type"] = "message",
            ["id"] = $"item-{answer}-a",
            ["role"] = "assistant",
            ["status"] = "completed",
            ["content"] = new JsonArray(new JsonObject { ["type"] = "output_text", ["text"] = turn.Text, ["annotations"] = new JsonArray() }),
        };
        if (turn.Command is not null)
        {
            yield return new JsonObject
            {
                ["type"] = "function_call",
                ["id"] = $"item-{answer}-b",
                ["call_id"] = $"toolu:{answer}/1",
                ["name"] = "bash",
                ["arguments"] = JsonSerializer.Serialize(new { command = turn.Command }),
                ["status"] = "completed",
            };
        }
    }

    private static string EventsOf(JsonArray output, int answer)
    {
        var events = new StringBuilder();
        foreach ((int index, JsonNode? item) in output.Index())
        {
            Append(events, new JsonObject { ["type"] = "response.output_item.done", ["output_index"] = index, ["item"] = item!.DeepClone() });
        }

        Append(events, new JsonObject
        {
            ["type"] = "response.completed",
            ["response"] = new JsonObject
            {
                ["id"] = $"answer-{answer}",
                ["object"] = "response",
                ["status"] = "completed",
                ["model"] = "foreign-1",
                ["output"] = new JsonArray(),
                ["usage"] = new JsonObject { ["input_tokens"] = 100, ["output_tokens"] = 10, ["total_tokens"] = 110 },
            },
        });
        return events.ToString();
    }

    private static void Append(StringBuilder events, JsonObject happened) => events.Append("data: ").Append(happened.ToJsonString()).Append("\n\n");
}
