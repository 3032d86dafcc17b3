using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Messages;

/// <summary>Reads a content block of the Messages dialect.</summary>
internal static class MessagesItem
{
    /// <param name="json">The block.</param>
    /// <param name="isCut">The answer ended within it.</param>
    /// <exception cref="JsonException">The block is no JSON object, or a call that cannot be answered.</exception>
    public static OutputItem Parse(ReadOnlyMemory<byte> json, bool isCut)
    {
        if (!Utf8.IsValid(json.Span))
        {
            throw new JsonException("a block is not valid UTF-8");
        }

        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement block = document.RootElement;
        string? type = block.Text("type");
        bool isCall = type == "tool_use";
        return new OutputItem(json)
        {
            IsReasoning = type is "thinking" or "redacted_thinking",
            IsHalfACall = isCall && isCut,
            Calls = isCall && !isCut ? [ReadCall(block)] : [],
            Text = type switch { "text" => block.Text("text"), "compaction" => block.Text("content"), _ => null } ?? "",

            // The provider does not take back a text without a letter.
            IsEmpty = type == "text" && string.IsNullOrWhiteSpace(block.Text("text")),
        };
    }

    private static RequestedCall ReadCall(JsonElement block) =>
        block.Text("id") is { Length: > 0 } id && block.Text("name") is { Length: > 0 } tool
        && block.Member("input") is { ValueKind: JsonValueKind.Object } input
            ? new RequestedCall(id, tool, Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(input)))
            : throw new JsonException("a call has no id, no name or no input");
}
