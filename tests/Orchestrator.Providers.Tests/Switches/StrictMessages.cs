using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Orchestrator.Providers.Tests.Messages;

namespace Orchestrator.Providers.Tests.Switches;

/// <summary>A strict endpoint of the Messages dialect.</summary>
internal sealed partial class StrictMessages() : StrictEndpoint(1_000_000)
{
    private const int MostBreakpoints = 4;

    protected override void Check(IHeaderDictionary headers, JsonElement body)
    {
        Refusal.Unless(headers["x-api-key"] == Asking.Key, "the key is missing");
        Refusal.Unless(headers["anthropic-version"] == "2023-06-01", "the version is missing");
        Refusal.UnlessMembers(body, "the request", "model", "max_tokens", "stream", "system", "messages", "tools", "tool_choice", "thinking");
        int breakpoints = Breakpoint().Count(body.GetRawText());
        Refusal.Unless(breakpoints is > 0 and <= MostBreakpoints, $"{breakpoints} breakpoints");
        string[] open = [];
        string before = "assistant";
        foreach (JsonElement message in body.GetProperty("messages").EnumerateArray())
        {
            Refusal.UnlessMembers(message, "a message", "role", "content");
            string role = message.GetProperty("role").GetString()!;
            Refusal.Unless(role != before && role is "user" or "assistant", $"{role} after {before}");
            JsonElement[] blocks = [.. message.GetProperty("content").EnumerateArray()];
            Refusal.Unless(blocks.Length > 0, "a message is empty");
            string[] results = [.. blocks.TakeWhile(block => Type(block) == "tool_result").Select(block => block.GetProperty("tool_use_id").GetString()!)];
            Refusal.Unless(results.Order().SequenceEqual(open.Order()), "the calls before a message are not answered at its beginning");
            Refusal.Unless(blocks.Skip(results.Length).All(block => Type(block) != "tool_result"), "a result comes late");
            open = [.. blocks.Where(block => Type(block) == "tool_use").Select(block => block.GetProperty("id").GetString()!)];
            Array.ForEach(blocks, block => CheckBlock(block, role));
            before = role;
        }

        Refusal.Unless(before == "user" && open.Length == 0, "the last message is not the user's");
    }

    protected override string Answer(int number, string signature, IReadOnlyList<AnswerPart> parts) => string.Concat(
    [
        MessagesEvents.Started,
        .. parts.Select((part, place) => part switch
        {
            AnswerPart.Thought => Block(
                place,
                """{"type":"thinking","thinking":"","signature":""}""",
                """{"type":"thinking_delta","thinking":"Hm."}""",
                $$"""{"type":"signature_delta","signature":"{{signature}}"}"""),
            AnswerPart.Text => Block(place, $$"""{"type":"text","text":"Step {{number}}."}"""),
            AnswerPart.Call => Call(number, place, """{\"command\":\"ls\"}"""),
            AnswerPart.HalfCall => Call(number, place, """{\"comm"""),
        }),
        MessagesEvents.Stopped(parts[^1] == AnswerPart.HalfCall ? "max_tokens" : parts.Contains(AnswerPart.Call) ? "tool_use" : "end_turn"),
    ]);

    protected override IEnumerable<string> ShownIn(JsonElement body) =>
        from message in body.GetProperty("messages").EnumerateArray()
        let isUser = message.GetProperty("role").GetString() == "user"
        from block in message.GetProperty("content").EnumerateArray()
        where Type(block) != "thinking"
        select Type(block) switch
        {
            "text" when isUser => Asked(block.GetProperty("text").GetString()!),
            "text" => Said(block.GetProperty("text").GetString()!),
            "tool_use" => Called(block.GetProperty("name").GetString()!, block.GetProperty("input").GetRawText()),
            _ => Returned(block.GetProperty("content").GetString()!),
        };

    private static string Call(int number, int place, string arguments) => Block(
        place,
        $$$"""{"type":"tool_use","id":"toolu_{{{number}}}_{{{place}}}","name":"bash","input":{}}""",
        $$"""{"type":"input_json_delta","partial_json":"{{arguments}}"}""");

    private static string Block(int place, string block, params string[] deltas) =>
        MessagesEvents.Begin(place, block) + string.Concat(deltas.Select(delta => MessagesEvents.Delta(place, delta))) + MessagesEvents.End(place);

    private void CheckBlock(JsonElement block, string role)
    {
        switch (Type(block), role)
        {
            case ("text", _):
                Refusal.UnlessMembers(block, "a text", "type", "text", "cache_control?");
                Refusal.Unless(!string.IsNullOrWhiteSpace(block.GetProperty("text").GetString()), "a text is blank");
                break;
            case ("thinking", "assistant"):
                Refusal.UnlessMembers(block, "a thought", "type", "thinking", "signature");
                Refusal.Unless(Given.ContainsKey(block.GetProperty("signature").GetString()!), "a thought is another model's");
                break;
            case ("tool_use", "assistant"):
                Refusal.UnlessMembers(block, "a call", "type", "id", "name", "input");
                Refusal.Unless(CallId().IsMatch(block.GetProperty("id").GetString()!), "a call's id has letters that are not allowed");
                Refusal.Unless(block.GetProperty("input").ValueKind == JsonValueKind.Object, "a call's input is no object");
                break;
            case ("tool_result", "user"):
                Refusal.UnlessMembers(block, "a result", "type", "tool_use_id", "content", "cache_control?");
                break;
            case var other:
                throw new Refusal($"{other} is not allowed");
        }
    }

    private static string Type(JsonElement block) => block.GetProperty("type").GetString()!;

    [GeneratedRegex("^[a-zA-Z0-9_-]+$")]
    private static partial Regex CallId();

    [GeneratedRegex("\"cache_control\":")]
    private static partial Regex Breakpoint();
}
