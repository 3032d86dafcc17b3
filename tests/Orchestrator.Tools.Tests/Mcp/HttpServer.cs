using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Tools.Tests.Mcp;

/// <summary>A small service of tools on loopback, written from the protocol and not with the library that it is called with.</summary>
internal sealed class HttpServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TaskCompletionSource _goodbyes = new();
    private int _goodbyesTaken;

    private HttpServer(WebApplication app) => _app = app;

    public string Url => $"{_app.Urls.Single()}/mcp";

    /// <summary>Calls that were made.</summary>
    public int Calls { get; private set; }

    /// <summary>What the requests had as their keys, each once.</summary>
    public HashSet<string> Keys { get; } = [];

    /// <summary>The status of answers to calls; 200 for their results.</summary>
    public int Status { get; set; } = 200;

    /// <summary>The protocol's error that calls are answered with; null for their results.</summary>
    public int? ErrorCode { get; set; }

    /// <summary>Sessions that were begun.</summary>
    public int Sessions { get; private set; }

    /// <summary>Sessions whose end the server was told.</summary>
    public int Ended => Volatile.Read(ref _goodbyesTaken);

    /// <summary>It answers nobody who ends a session.</summary>
    public bool HangsAtTheEnd { get; set; }

    /// <summary>Where requests are sent on to.</summary>
    public string? Redirect { get; set; }

    /// <summary>The tools that it has now.</summary>
    public List<string> Tools { get; } = ["find", "post"];

    public static async Task<HttpServer> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        WebApplication app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        HttpServer server = new(app);
        app.MapPost("/mcp", server.AnswerAsync);
        app.MapDelete("/mcp", server.EndAsync);
        await app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync()
    {
        _goodbyes.TrySetResult();
        return _app.DisposeAsync();
    }

    private async Task EndAsync()
    {
        Interlocked.Increment(ref _goodbyesTaken);
        if (HangsAtTheEnd)
        {
            await _goodbyes.Task;
        }
    }

    private async Task<IResult> AnswerAsync(HttpRequest request)
    {
        Keys.Add(request.Headers.Authorization.ToString());
        if (Redirect is not null)
        {
            return Results.Redirect(Redirect, preserveMethod: true);
        }

        JsonNode message = (await JsonNode.ParseAsync(request.Body))!;
        string method = message["method"]!.GetValue<string>();
        if (message["id"] is not { } id)
        {
            return Results.StatusCode(202);
        }

        Calls += method == "tools/call" ? 1 : 0;
        Sessions += method == "initialize" ? 1 : 0;
        request.HttpContext.Response.Headers["Mcp-Session-Id"] = $"session-{Sessions}";
        if (method == "tools/call" && Status != 200)
        {
            return Results.StatusCode(Status);
        }

        JsonObject answer = new() { ["jsonrpc"] = "2.0", ["id"] = id.DeepClone() };
        (string part, JsonNode value) = Reply(method, message);
        answer[part] = value;
        return method == "tools/call"
            ? Results.Text($"event: message\ndata: {answer.ToJsonString()}\n\n", "text/event-stream")
            : Results.Text(answer.ToJsonString(), "application/json");
    }

    private (string Part, JsonNode Value) Reply(string method, JsonNode message) => method switch
    {
        "initialize" => ("result", new JsonObject
        {
            ["protocolVersion"] = message["params"]!["protocolVersion"]!.DeepClone(),
            ["capabilities"] = new JsonObject { ["tools"] = new JsonObject() },
            ["serverInfo"] = new JsonObject { ["name"] = "service", ["version"] = "1" },
        }),
        "tools/list" => ("result", new JsonObject { ["tools"] = new JsonArray([.. Tools.Select(Described)]) }),
        "tools/call" when ErrorCode is { } code => ("error", new JsonObject { ["code"] = code, ["message"] = "it went wrong" }),
        "tools/call" => ("result", new JsonObject
        {
            ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = $"{message["params"]!["name"]} {message["params"]!["arguments"]!.ToJsonString()}" }),
        }),
        _ => ("error", new JsonObject { ["code"] = -32601, ["message"] = "no such method" }),
    };

    private static JsonObject Described(string name) => new()
    {
        ["name"] = name,
        ["description"] = $"The tool {name}. Its key is ghp_{new string('a', 36)}.",
        ["inputSchema"] = JsonNode.Parse("""{"type":"object"}"""),
    };
}
