using System.Text.Json;
using System.Text.Unicode;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Responses;

/// <summary>Reads an output item of the Responses dialect.</summary>
internal static class ResponsesItem
{
    /// <exception cref="JsonException">The item is no JSON object, or a call that cannot be answered.</exception>
    public static OutputItem Parse(ReadOnlyMemory<byte> json)
    {
        if (!Utf8.IsValid(json.Span))
        {
            throw new JsonException("an item is not valid UTF-8");
        }

        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement item = document.RootElement;
        string? type = item.Text("type");
        bool isCall = type == "function_call";
        bool isWhole = item.Text("status") is null or "completed";
        string[] refusals = type == "message" ? [.. Contents(item, "refusal", "refusal")] : [];

        return new OutputItem(json)
        {
            IsReasoning = type == "reasoning",
            IsHalfACall = isCall && !isWhole,
            Calls = isCall && isWhole ? [ReadCall(item)] : [],
            Text = type == "message" ? string.Concat([.. Contents(item, "output_text", "text"), .. refusals]) : "",
            IsRefusal = refusals.Length > 0,
        };
    }

    private static RequestedCall ReadCall(JsonElement item) =>
        item.Text("call_id") is { Length: > 0 } callId && item.Text("name") is { Length: > 0 } tool
            ? new RequestedCall(callId, tool, item.Text("arguments") ?? "")
            : throw new JsonException("a call has no id or no name");

    private static IEnumerable<string> Contents(JsonElement item, string type, string member) =>
        from part in item.Elements("content")
        where part.Text("type") == type
        select part.Text(member) ?? "";
}
