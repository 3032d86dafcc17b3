using System.Text.Json;
using System.Text.Unicode;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Chat;

/// <summary>Reads an assistant's message of a Chat Completion: all of an answer is one item.</summary>
internal static class ChatItem
{
    /// <exception cref="JsonException">The message is no JSON object, or has a call that cannot be answered.</exception>
    public static OutputItem Parse(ReadOnlyMemory<byte> json)
    {
        if (!Utf8.IsValid(json.Span))
        {
            throw new JsonException("a message is not valid UTF-8");
        }

        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement message = document.RootElement;
        string refusal = message.Text("refusal") ?? "";
        string text = message.Text("content") ?? "";
        RequestedCall[] calls = [.. message.Elements("tool_calls").Select(ReadCall)];
        return new OutputItem(json)
        {
            Calls = calls,
            Text = text + refusal,
            IsRefusal = refusal.Length > 0,
            IsEmpty = calls.Length == 0 && text.Length + refusal.Length == 0,
        };
    }

    private static RequestedCall ReadCall(JsonElement call) =>
        call.Text("id") is { Length: > 0 } id && call.Member("function") is { } function && function.Text("name") is { Length: > 0 } tool
            ? new RequestedCall(id, tool, function.Text("arguments") ?? "")
            : throw new JsonException("a call has no id or no name");
}
