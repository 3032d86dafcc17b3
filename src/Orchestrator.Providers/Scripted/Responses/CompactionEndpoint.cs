using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Scripted.Responses;

/// <summary><c>POST /responses/compact</c>: what people said, word for word, and one item for all the rest.</summary>
internal sealed class CompactionEndpoint(Script script, TimeProvider clock)
{
    public async Task AnswerAsync(HttpContext http)
    {
        using JsonDocument? body = await http.AcceptAsync(RequestRules.FindFaultInCompaction, OpenAIError.Of);
        if (body is not null)
        {
            await http.SendAsync(ScriptJson.Write(json => Write(json, body.RootElement)));
        }
    }

    private void Write(Utf8JsonWriter json, JsonElement body)
    {
        ScriptedRequest request = ResponsesRequest.Read(body);
        ScriptTurn summary = script.SummaryAfter(request.Turn - 1);
        IReadOnlyList<ScriptedItem> items = ResponsesItems.Of(summary, request with { AsksForCompaction = true });
        json.WriteStartObject();
        json.WriteString("id"u8, $"resp_scripted_{request.Turn}");
        json.WriteString("object"u8, "response.compaction"u8);
        json.WriteNumber("created_at"u8, clock.GetUtcNow().ToUnixTimeSeconds());
        json.WriteStartArray("output"u8);
        int number = 0;
        foreach (JsonElement said in body.Elements("input").Where(item => item.Text("role") == "user"))
        {
            WriteSaid(json, said, ++number);
        }

        items.Single().WriteTo(json, new ItemState("completed", ""));
        json.WriteEndArray();
        json.WritePropertyName("usage"u8);
        ResponseObject.WriteUsage(json, ResponsesItems.UsageOf(items, summary, request));
        json.WriteEndObject();
    }

    private static void WriteSaid(Utf8JsonWriter json, JsonElement said, int number)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, $"msg_kept_{number}");
        json.WriteString("type"u8, "message"u8);
        json.WriteString("status"u8, "completed"u8);
        json.WriteString("role"u8, "user"u8);
        json.WritePropertyName("content"u8);
        if (said.Text("content") is { } text)
        {
            json.WriteStartArray();
            json.WriteStartObject();
            json.WriteString("type"u8, "input_text"u8);
            json.WriteString("text"u8, text);
            json.WriteEndObject();
            json.WriteEndArray();
        }
        else
        {
            said.Member("content")!.Value.WriteTo(json);
        }

        json.WriteEndObject();
    }
}
