using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orchestrator.Providers.Tests.Responses;

namespace Orchestrator.Providers.Tests.Switches;

/// <summary>A strict endpoint of the Responses dialect; what it is sent is also held against the official schema, where that is at hand.</summary>
internal sealed class StrictResponses() : StrictEndpoint(1_050_000)
{
    protected override void Check(IHeaderDictionary headers, JsonElement body)
    {
        Refusal.Unless(headers.Authorization == $"Bearer {Asking.Key}", "the key is missing");
        Refusal.UnlessMembers(
            body, "the request", "model", "store", "stream", "stream_options", "include", "prompt_cache_key", "max_output_tokens", "service_tier",
            "parallel_tool_calls", "tools", "input");
        Refusal.Unless(body.GetProperty("service_tier").GetString() == "default", "the tier is left to the account");
        HashSet<string> open = [];
        foreach (JsonElement item in body.GetProperty("input").EnumerateArray())
        {
            CheckItem(item, open);
        }

        Refusal.Unless(open.Count == 0, $"no output for {string.Join(", ", open)}");
    }

    protected override string Answer(int number, string signature, IReadOnlyList<AnswerPart> parts)
    {
        bool isCut = parts[^1] == AnswerPart.HalfCall;
        string[] items = [.. parts.Select((part, place) => part switch
        {
            AnswerPart.Thought => $$"""{"id":"rs_{{number}}_{{place}}","type":"reasoning","summary":[],"encrypted_content":"{{signature}}"}""",
            AnswerPart.Text => $$"""{"id":"msg_{{number}}","type":"message","role":"assistant","status":"completed","phase":"commentary","content":[{"type":"output_text","annotations":[],"logprobs":[],"text":"Step {{number}}."}]}""",
            AnswerPart.Call when number % 2 == 0 => ShellCall(number, place),
            AnswerPart.Call => Call(number, place, "completed", """{\"command\":\"ls\"}"""),
            AnswerPart.HalfCall => Call(number, place, "incomplete", """{\"comm"""),
        })];
        return string.Concat(items.Select((item, place) => Events.Done(place, item)))
            + Events.Ended(isCut ? "incomplete" : "completed", isCut ? "max_output_tokens" : null, items);
    }

    protected override IEnumerable<string> ShownIn(JsonElement body) =>
        from item in body.GetProperty("input").EnumerateArray()
        let type = item.GetProperty("type").GetString()
        where type != "reasoning" && !(type == "message" && item.GetProperty("role").GetString() == "developer")
        select type switch
        {
            "message" when item.GetProperty("role").GetString() == "user" => Asked(item.GetProperty("content").GetString()!),
            "message" => Said(TextOf(item.GetProperty("content"))),
            "function_call" => Called(item.GetProperty("name").GetString()!, item.GetProperty("arguments").GetString()!),
            "shell_call" => Called("bash", JsonSerializer.Serialize(new { command = item.GetProperty("action").GetProperty("commands")[0].GetString() })),
            "shell_call_output" => Returned(string.Concat(item.GetProperty("output").EnumerateArray().SelectMany(
                chunk => new[] { chunk.GetProperty("stdout").GetString(), chunk.GetProperty("stderr").GetString() }))),
            _ => Returned(item.GetProperty("output").GetString()!),
        };

    private static string Call(int number, int place, string status, string arguments) =>
        $$"""{"id":"fc_{{number}}_{{place}}","type":"function_call","status":"{{status}}","call_id":"call.{{number}}.{{place}}|{{new string('x', 40)}}","name":"bash","arguments":"{{arguments}}"}""";

    // The vendor's own form of the same call, whatever was offered.
    private static string ShellCall(int number, int place) =>
        $$$"""{"id":"sh_{{{number}}}_{{{place}}}","type":"shell_call","status":"completed","call_id":"call.{{{number}}}.{{{place}}}|{{{new string('x', 40)}}}","environment":null,"action":{"commands":["ls"],"timeout_ms":null,"max_output_length":null}}""";

    private static string[] MembersOf(string call) => call == "shell_call" ? ["action", "environment?", "id?", "status?"] : ["name", "arguments", "id?", "status?"];

    private static string TextOf(JsonElement content) =>
        content.ValueKind == JsonValueKind.String ? content.GetString()! : content[0].GetProperty("text").GetString()!;

    private void CheckItem(JsonElement item, HashSet<string> open)
    {
        switch (item.GetProperty("type").GetString())
        {
            case "message":
                Refusal.UnlessMembers(item, "a message", "type", "role", "content", "id?", "status?", "phase?");
                Refusal.Unless(item.GetProperty("role").GetString() is "developer" or "user" or "assistant", "a role is unknown");
                break;
            case "reasoning":
                Refusal.UnlessMembers(item, "a thought", "type", "id", "summary", "encrypted_content");
                Refusal.Unless(Given.ContainsKey(item.GetProperty("encrypted_content").GetString()!), "a thought is another model's");
                break;
            case "function_call" or "shell_call":
                Refusal.UnlessMembers(item, "a call", ["type", "call_id", .. MembersOf(item.GetProperty("type").GetString()!)]);
                Refusal.Unless(item.GetProperty("call_id").GetString()!.Length is > 0 and <= 64, "a call's id is too long");
                Refusal.Unless(open.Add($"{item.GetProperty("type").GetString()} {item.GetProperty("call_id").GetString()}"), "a call is there twice");
                break;
            case "function_call_output" or "shell_call_output":
                Refusal.UnlessMembers(item, "an output", "type", "call_id", "output", "status?", "max_output_length?");
                Refusal.Unless(open.Remove($"{item.GetProperty("type").GetString()!.Replace("_output", "", StringComparison.Ordinal)} {item.GetProperty("call_id").GetString()}"), "an output answers no call of its form");
                break;
            case var other:
                throw new Refusal($"an item is of the unknown type {other}");
        }
    }
}
