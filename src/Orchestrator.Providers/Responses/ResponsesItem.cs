using System.Text.Json;
using System.Text.Unicode;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Responses;

/// <summary>Reads an output item of the Responses dialect.</summary>
internal static class ResponsesItem
{
    /// <param name="json">The item.</param>
    /// <param name="isCut">The answer was cut within it, or right behind it: of a call without a status nobody knows which.</param>
    /// <exception cref="JsonException">The item is no JSON object, or a call that cannot be answered.</exception>
    public static OutputItem Parse(ReadOnlyMemory<byte> json, bool isCut)
    {
        if (!Utf8.IsValid(json.Span))
        {
            throw new JsonException("an item is not valid UTF-8");
        }

        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement item = document.RootElement;
        string? type = item.Text("type");
        bool isCall = CallItem.IsCall(type);
        bool isWhole = item.Text("status") is { } status ? status == "completed" : !isCut || type == "function_call";
        string[] refusals = type == "message" ? [.. Contents(item, "refusal", "refusal")] : [];

        return new OutputItem(json)
        {
            IsReasoning = type == "reasoning",
            IsHalfACall = isCall && !isWhole,
            Calls = isCall && isWhole ? [CallItem.Read(item)] : [],
            Text = type == "message" ? string.Concat([.. Contents(item, "output_text", "text"), .. refusals]) : "",
            IsRefusal = refusals.Length > 0,
        };
    }

    private static IEnumerable<string> Contents(JsonElement item, string type, string member) =>
        from part in item.Elements("content")
        where part.Text("type") == type
        select part.Text(member) ?? "";
}
