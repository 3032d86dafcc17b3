using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Cli.Tests.Providing;

/// <summary>Endpoints of Messages and of Chat Completions: the first answer of a run writes the result of the small task, the second submits.</summary>
internal sealed class DialectEndpoint : IAsyncDisposable
{
    private const string Command = "mkdir -p build && echo once >> build/calls.log && echo done > result.txt";

    private readonly WebApplication _server;

    private DialectEndpoint(WebApplication server) => _server = server;

    public string BaseUrl => _server.Urls.Single() + "/v1";

    public static async Task<DialectEndpoint> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        WebApplication server = builder.Build();
        server.Run(AnswerAsync);
        await server.StartAsync();
        return new DialectEndpoint(server);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        await _server.DisposeAsync();
    }

    private static async Task AnswerAsync(HttpContext http)
    {
        if (http.Request.Method == "GET")
        {
            await http.Response.WriteAsync("{}");
            return;
        }

        using JsonDocument body = await JsonDocument.ParseAsync(http.Request.Body);
        bool isFirst = body.RootElement.GetProperty("messages").EnumerateArray().All(message => message.GetProperty("role").GetString() != "assistant");
        http.Response.ContentType = "text/event-stream";
        await http.Response.WriteAsync(http.Request.Path.Value!.EndsWith("/messages", StringComparison.Ordinal) ? Messages(isFirst) : Chat(isFirst));
    }

    private static string Chat(bool isFirst)
    {
        object delta = isFirst
            ? new { role = "assistant", content = "I write it.", tool_calls = new[] { new { index = 0, id = "call_1", type = "function", function = new { name = "bash", arguments = JsonSerializer.Serialize(new { command = Command }) } } } }
            : new { role = "assistant", content = "It is done." };
        return Data(new { id = "c", model = "m", choices = new[] { new { index = 0, delta, finish_reason = (string?)null } } })
            + Data(new { id = "c", model = "m", choices = new[] { new { index = 0, delta = new { }, finish_reason = isFirst ? "tool_calls" : "stop" } } })
            + Data(new { id = "c", model = "m", choices = Array.Empty<int>(), usage = new { prompt_tokens = 1000, completion_tokens = 100, total_tokens = 1100 } })
            + "data: [DONE]\n\n";
    }

    private static string Messages(bool isFirst)
    {
        object block = isFirst
            ? new { type = "tool_use", id = "toolu_1", name = "bash", input = new { command = Command } }
            : new { type = "text", text = "It is done." };
        return Data(new { type = "message_start", message = new { id = "m", type = "message", role = "assistant", model = "m", content = Array.Empty<int>(), usage = new { input_tokens = 100, cache_creation_input_tokens = 900, cache_read_input_tokens = 0, output_tokens = 1 } } })
            + Data(new { type = "content_block_start", index = 0, content_block = block })
            + Data(new { type = "content_block_stop", index = 0 })
            + Data(new { type = "message_delta", delta = new { stop_reason = isFirst ? "tool_use" : "end_turn" }, usage = new { output_tokens = 100 } })
            + Data(new { type = "message_stop" });
    }

    private static string Data(object value) => $"data: {JsonSerializer.Serialize(value)}\n\n";
}
