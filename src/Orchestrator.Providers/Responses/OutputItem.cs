using System.Text.Json;
using System.Text.Unicode;
using Orchestrator.Agent.Models;

namespace Orchestrator.Providers.Responses;

/// <summary>What has to be known of an output item; its bytes stay as they are.</summary>
internal sealed record OutputItem
{
    public required ReadOnlyMemory<byte> Json { get; init; }

    public required bool IsReasoning { get; init; }

    /// <summary>A call that was cut off: it must neither run nor be shown to the model again.</summary>
    public required bool IsHalfACall { get; init; }

    /// <summary>Null for an item that is no call, or only half of one.</summary>
    public required RequestedCall? Call { get; init; }

    /// <summary>What the item says to people; empty for an item that says nothing.</summary>
    public required string Text { get; init; }

    public required bool IsRefusal { get; init; }

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

        return new OutputItem
        {
            Json = json,
            IsReasoning = type == "reasoning",
            IsHalfACall = isCall && !isWhole,
            Call = isCall && isWhole ? ReadCall(item) : null,
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
