using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orchestrator.Providers.Tests.Chat;

namespace Orchestrator.Providers.Tests.Switches;

/// <summary>A strict endpoint of Chat Completions: with thought signatures as Gemini's is, or without them, and with what vLLM adds.</summary>
/// <param name="hasSignatures">Every call needs a signature: its own, or the one that marks it as another model's.</param>
/// <param name="window">Its tokens.</param>
internal sealed class StrictChat(bool hasSignatures, int window) : StrictEndpoint(window)
{
    private static readonly string[] MembersOfGemini = ["max_tokens"];
    private static readonly string[] MembersOfOthers = ["max_completion_tokens", "parallel_tool_calls"];

    protected override void Check(IHeaderDictionary headers, JsonElement body)
    {
        Refusal.Unless(headers.Authorization == $"Bearer {Asking.Key}", "the key is missing");
        Refusal.UnlessMembers(
            body, "the request", ["model", "stream", "stream_options", "tools", "messages", .. hasSignatures ? MembersOfGemini : MembersOfOthers]);
        List<string> open = [];
        string before = "";
        foreach (JsonElement message in body.GetProperty("messages").EnumerateArray())
        {
            string role = message.GetProperty("role").GetString()!;
            Refusal.Unless(role == "tool" || open.Count == 0, $"no output for {string.Join(", ", open)}");
            switch (role)
            {
                case "system":
                    Refusal.Unless(before.Length == 0, "the system speaks late");
                    Refusal.UnlessMembers(message, "a message", "role", "content");
                    break;
                case "user":
                    Refusal.UnlessMembers(message, "a message", "role", "content");
                    break;
                case "tool":
                    Refusal.UnlessMembers(message, "an output", "role", "content", "tool_call_id");
                    Refusal.Unless(open.Remove(message.GetProperty("tool_call_id").GetString()!), "an output answers no call");
                    break;
                case "assistant":
                    Refusal.Unless(before != "assistant", "two answers follow each other");
                    open = CheckAnswer(message);
                    break;
                default:
                    throw new Refusal($"the role {role} is unknown");
            }

            before = role;
        }

        Refusal.Unless(open.Count == 0 && before is "user" or "tool", "the last message is not for the model");
    }

    protected override string Answer(int number, string signature, IReadOnlyList<AnswerPart> parts)
    {
        string thought = hasSignatures || !parts.Contains(AnswerPart.Thought) ? "" : $$""","reasoning_content":"{{signature}}" """;
        string text = parts.Contains(AnswerPart.Text) ? $"Step {number}." : "";
        AnswerPart[] calls = [.. parts.Where(part => part is AnswerPart.Call or AnswerPart.HalfCall)];
        return string.Concat(
        [
            ChatChunks.Chunk($$"""{"role":"assistant","content":"{{text}}"{{thought}}}"""),
            .. calls.Select((call, index) => Call(number, index, signature, isHalf: call == AnswerPart.HalfCall)),
            ChatChunks.Finished(parts[^1] == AnswerPart.HalfCall ? "length" : calls.Length > 0 ? "tool_calls" : "stop"),
        ]);
    }

    protected override IEnumerable<string> ShownIn(JsonElement body) =>
        from message in body.GetProperty("messages").EnumerateArray()
        let content = message.GetProperty("content").GetString() ?? ""
        from line in message.GetProperty("role").GetString() switch
        {
            "user" => [Asked(content)],
            "tool" => [Returned(content)],
            "assistant" => [Said(content), .. Calls(message).Select(call => call.GetProperty("function")).Select(function =>
                Called(function.GetProperty("name").GetString()!, function.GetProperty("arguments").GetString()!))],
            _ => Array.Empty<string>(),
        }
        select line;

    private static JsonElement.ArrayEnumerator Calls(JsonElement message) =>
        message.TryGetProperty("tool_calls", out JsonElement calls) ? calls.EnumerateArray() : default;

    private string Call(int number, int index, string signature, bool isHalf)
    {
        string extra = hasSignatures ? $$$""","extra_content":{"google":{"thought_signature":"{{{signature}}}"}}""" : "";
        return ChatChunks.Chunk(
                $$"""{"tool_calls":[{"index":{{index}},"id":"call_{{number}}_{{index}}","type":"function","function":{"name":"bash","arguments":"{\"command\""}{{extra}}}]}""")
            + (isHalf ? "" : ChatChunks.Chunk($$$"""{"tool_calls":[{"index":{{{index}}},"function":{"arguments":":\"ls\"}"}}]}"""));
    }

    private List<string> CheckAnswer(JsonElement message)
    {
        Refusal.UnlessMembers(message, "an answer", hasSignatures ? ["role", "content", "tool_calls?"] : ["role", "content", "tool_calls?", "reasoning_content?"]);
        Refusal.Unless(
            !message.TryGetProperty("reasoning_content", out JsonElement thought) || Given.ContainsKey(thought.GetString()!), "a thought is another model's");
        List<string> ids = [];
        foreach (JsonElement call in Calls(message))
        {
            Refusal.UnlessMembers(call, "a call", hasSignatures ? ["id", "type", "function", "extra_content"] : ["id", "type", "function"]);
            Refusal.UnlessMembers(call.GetProperty("function"), "a function", "name", "arguments");
            using JsonDocument arguments = JsonDocument.Parse(call.GetProperty("function").GetProperty("arguments").GetString()!);
            ids.Add(call.GetProperty("id").GetString()!);
            if (hasSignatures)
            {
                string signature = call.GetProperty("extra_content").GetProperty("google").GetProperty("thought_signature").GetString()!;
                Refusal.Unless(signature == "skip_thought_signature_validator" || Given.ContainsKey(signature), "a signature is another model's");
            }
        }

        Refusal.Unless(ids.Distinct().Count() == ids.Count, "a call is there twice");
        return ids;
    }
}
