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

    protected override string Answer(int number, string signature)
    {
        string thought = $$"""{"id":"rs_{{number}}","type":"reasoning","summary":[],"encrypted_content":"{{signature}}"}""";
        string text = $$"""{"id":"msg_{{number}}","type":"message","role":"assistant","status":"completed","phase":"commentary","content":[{"type":"output_text","annotations":[],"logprobs":[],"text":"Step {{number}}."}]}""";
        string call = Call(number, $"call.{number}|{new string('x', 40)}");
        return Events.Done(0, thought) + Events.Done(1, text) + Events.Done(2, call) + Events.Completed(thought, text, call);
    }

    // Each form of a call in turn, whatever was offered.
    private static string Call(int number, string id) => (number % 4) switch
    {
        1 => $$"""{"id":"fc_{{number}}","type":"function_call","status":"completed","call_id":"{{id}}","name":"bash","arguments":"{\"command\":\"ls\"}"}""",
        2 => $$"""{"id":"ctc_{{number}}","type":"custom_tool_call","call_id":"{{id}}","name":"apply_patch","input":"*** Begin Patch\n*** Delete File: a\n*** End Patch\n"}""",
        3 => $$"""{"id":"apc_{{number}}","type":"apply_patch_call","status":"completed","call_id":"{{id}}","operation":{"type":"delete_file","path":"a"} }""",
        _ => $$"""{"id":"sh_{{number}}","type":"shell_call","status":"completed","call_id":"{{id}}","environment":null,"action":{"commands":["ls","pwd"],"timeout_ms":null,"max_output_length":null} }""",
    };

    private static string[] MembersOf(string call) => call switch
    {
        "custom_tool_call" => ["name", "input", "id?"],
        "apply_patch_call" => ["operation", "status", "id?"],
        "shell_call" => ["action", "environment?", "id?", "status?"],
        _ => ["name", "arguments", "id?", "status?"],
    };

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
            case "function_call" or "custom_tool_call" or "apply_patch_call" or "shell_call":
                Refusal.UnlessMembers(item, "a call", ["type", "call_id", .. MembersOf(item.GetProperty("type").GetString()!)]);
                Refusal.Unless(item.GetProperty("call_id").GetString()!.Length is > 0 and <= 64, "a call's id is too long");
                Refusal.Unless(open.Add($"{item.GetProperty("type").GetString()} {item.GetProperty("call_id").GetString()}"), "a call is there twice");
                break;
            case "function_call_output" or "custom_tool_call_output" or "apply_patch_call_output" or "shell_call_output":
                Refusal.UnlessMembers(item, "an output", "type", "call_id", "output", "status?", "max_output_length?");
                Refusal.Unless(open.Remove($"{item.GetProperty("type").GetString()!.Replace("_output", "", StringComparison.Ordinal)} {item.GetProperty("call_id").GetString()}"), "an output answers no call of its form");
                break;
            case var other:
                throw new Refusal($"an item is of the unknown type {other}");
        }
    }
}
