using System.Text.Json;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Scripted.Responses;

/// <summary>
/// Refuses what the real service refuses, with its kind of error, so that a client that works here is a client that speaks the
/// dialect.
/// </summary>
internal static class RequestRules
{
    // The published ones, and client_metadata, which the service's own command line client sends.
    private static readonly HashSet<string> Parameters =
    [
        "background", "client_metadata", "context_management", "conversation", "include", "input", "instructions",
        "max_output_tokens", "max_tool_calls", "metadata", "model", "moderation", "parallel_tool_calls", "previous_response_id",
        "prompt", "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "reasoning", "safety_identifier",
        "service_tier", "store", "stream", "stream_options", "temperature", "text", "tool_choice", "tools", "top_logprobs", "top_p",
        "truncation", "user",
    ];

    private static readonly HashSet<string> CompactionParameters =
    [
        "input", "instructions", "model", "previous_response_id", "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "service_tier",
    ];

    private static readonly HashSet<string> CountParameters =
    [
        "conversation", "input", "instructions", "model", "parallel_tool_calls", "previous_response_id", "reasoning", "text", "tool_choice", "tools", "truncation",
    ];

    /// <summary>What is wrong with a request for an answer; null if nothing is.</summary>
    public static Refusal? FindFault(JsonElement body) => FindFault(body, Parameters);

    /// <summary>What is wrong with a request for a compaction; null if nothing is.</summary>
    public static Refusal? FindFaultInCompaction(JsonElement body) => FindFault(body, CompactionParameters);

    /// <summary>What is wrong with a request for the tokens of an input; null if nothing is.</summary>
    public static Refusal? FindFaultInCount(JsonElement body) => FindFault(body, CountParameters);

    private static Refusal? FindFault(JsonElement body, HashSet<string> parameters) => body.ValueKind == JsonValueKind.Object
        ? FindFaultyParameter(body, parameters) ?? FindFaultyTool(body) ?? FindFaultyItem(body) ?? FindLonelyCall(body)
        : new Refusal("The body must be a JSON object.", "invalid_json", null);

    private static Refusal? FindFaultyParameter(JsonElement body, HashSet<string> parameters)
    {
        foreach (JsonProperty property in body.EnumerateObject())
        {
            if (!parameters.Contains(property.Name))
            {
                return new Refusal($"Unknown parameter: '{property.Name}'.", "unknown_parameter", property.Name);
            }
        }

        foreach (string name in (string[])["temperature", "top_p"])
        {
            if (body.Member(name) is { ValueKind: not JsonValueKind.Null })
            {
                return new Refusal($"Unsupported parameter: '{name}' is not supported with this model.", "unsupported_parameter", name);
            }
        }

        foreach (string name in (string[])["previous_response_id", "conversation", "context_management"])
        {
            if (body.Member(name) is { ValueKind: not JsonValueKind.Null })
            {
                return new Refusal(
                    $"'{name}' is not supported: a scripted model keeps and shortens no conversation by itself.", "unsupported_parameter", name);
            }
        }

        return body switch
        {
            _ when string.IsNullOrEmpty(body.Text("model")) => Missing("model"),
            _ when body.Member("input") is not { ValueKind: JsonValueKind.String or JsonValueKind.Array } => Missing("input"),
            _ when body.Number("max_output_tokens") < 16 => new Refusal(
                "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16.",
                "integer_below_min_value", "max_output_tokens"),
            _ => null,
        };
    }

    private static Refusal? FindFaultyTool(JsonElement body)
    {
        int index = 0;
        foreach (JsonElement tool in body.Elements("tools"))
        {
            if (tool.Text("type") is not { } type)
            {
                return Missing($"tools[{index}].type");
            }

            if (type is "function" or "custom" && string.IsNullOrEmpty(tool.Text("name")))
            {
                return Missing($"tools[{index}].name");
            }

            if (ToolRules.FindFault(tool, type, $"tools[{index}]") is { } fault)
            {
                return fault;
            }

            index++;
        }

        return null;
    }

    private static Refusal? FindFaultyItem(JsonElement body)
    {
        int index = 0;
        foreach (JsonElement item in body.Elements("input"))
        {
            string at = $"input[{index++}]";
            Refusal? fault = item.Text("type") switch
            {
                null or "message" => FindFaultyMessage(item, at),
                "function_call" => FirstMissing(item, at, "call_id", "name", "arguments"),
                "function_call_output" => FirstMissing(item, at, "call_id", "output"),
                "custom_tool_call" => FirstMissing(item, at, "call_id", "name", "input"),
                "custom_tool_call_output" => FirstMissing(item, at, "call_id", "output"),
                "apply_patch_call" => FirstMissing(item, at, "call_id", "status", "operation") ?? ToolRules.FindFaultyOperation(item, at),
                "apply_patch_call_output" => FirstMissing(item, at, "call_id", "status") ?? ToolRules.FindFaultyStatus(item, at),
                "shell_call" => FirstMissing(item, at, "call_id", "action") ?? ToolRules.FindFaultyCommands(item, at),
                "shell_call_output" => FirstMissing(item, at, "call_id", "output") ?? ToolRules.FindFaultyOutput(item, at),
                "computer_call" => FirstMissing(item, at, "id", "call_id", "status", "pending_safety_checks"),
                "computer_call_output" => FirstMissing(item, at, "call_id", "output") ?? ToolRules.FindFaultyScreenshot(item, at),
                "reasoning" => FirstMissing(item, at, "id", "summary") ?? FindBrokenSeal(item, at),
                "compaction" => FirstMissing(item, at, "encrypted_content") ?? FindBrokenSeal(item, at),
                "compaction_trigger" when index < body.Elements("input").Count() =>
                    new Refusal("'compaction_trigger' must be the last input item.", "invalid_value", at),
                _ => null,
            };
            if (fault is null && item.Text("call_id") is { Length: > 64 })
            {
                string parameter = $"{at}.call_id";
                fault = new Refusal($"Invalid '{parameter}': expected at most 64 letters.", "string_above_max_length", parameter);
            }

            if (fault is not null)
            {
                return fault;
            }
        }

        return null;
    }

    private static Refusal? FindBrokenSeal(JsonElement item, string at) =>
        item.Text("encrypted_content") is { } contents
        && (SealedContent.ItemIdIn(contents) is not { } id || id != (item.Text("id") ?? id))
            ? new Refusal("The encrypted content could not be verified.", "invalid_encrypted_content", $"{at}.encrypted_content")
            : null;

    private static Refusal? FindFaultyMessage(JsonElement item, string at) => item.Text("role") switch
    {
        "user" or "assistant" or "system" or "developer" => FirstMissing(item, at, "content"),
        null => Missing($"{at}.role"),
        string role => new Refusal(
            $"Invalid value: '{role}'. Supported values are: 'assistant', 'system', 'developer', and 'user'.",
            "invalid_value",
            $"{at}.role"),
    };

    private static Refusal? FindLonelyCall(JsonElement body)
    {
        HashSet<string> open = [];
        Dictionary<string, JsonElement> called = [];
        foreach (JsonElement item in body.Elements("input"))
        {
            string callId = item.Text("call_id") ?? "";
            switch (item.Text("type"))
            {
                case "function_call" or "custom_tool_call" or "apply_patch_call" or "shell_call" or "computer_call":
                    called[callId] = item;
                    open.Add(callId);
                    break;
                case "function_call_output" or "custom_tool_call_output" or "apply_patch_call_output" or "shell_call_output" or "computer_call_output":
                    string name = Named(item.Text("type")!);
                    if (!called.TryGetValue(callId, out JsonElement call) || item.Text("type") != $"{call.Text("type")}_output")
                    {
                        return new Refusal($"No tool call found for {name} with call_id {callId}.", null, "input");
                    }

                    if (ToolRules.FindUnacknowledged(call, item) is { } unseen)
                    {
                        return unseen;
                    }

                    open.Remove(callId);
                    break;
                default:
                    break;
            }
        }

        return open.Count > 0 ? new Refusal($"No tool output found for {Named(called[open.First()].Text("type")!)} {open.First()}.", null, "input") : null;
    }

    private static string Named(string type) => type.Replace('_', ' ');

    public static Refusal? FirstMissing(JsonElement item, string at, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (item.Member(name) is null)
            {
                return Missing($"{at}.{name}");
            }
        }

        return null;
    }

    public static Refusal Missing(string parameter) =>
        new($"Missing required parameter: '{parameter}'.", "missing_required_parameter", parameter);
}
