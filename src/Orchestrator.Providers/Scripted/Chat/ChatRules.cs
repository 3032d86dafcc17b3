using System.Text.Json;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Scripted.Chat;

/// <summary>Refuses what Chat Completions services refuse, with their kind of error.</summary>
internal static class ChatRules
{
    private static readonly HashSet<string> Parameters =
    [
        "audio", "frequency_penalty", "logit_bias", "logprobs", "max_completion_tokens", "max_tokens", "messages", "metadata", "modalities",
        "model", "n", "parallel_tool_calls", "prediction", "presence_penalty", "prompt_cache_key", "prompt_cache_retention",
        "reasoning_effort", "response_format", "safety_identifier", "seed", "service_tier", "stop", "store", "stream", "stream_options",
        "temperature", "tool_choice", "tools", "top_logprobs", "top_p", "user", "verbosity", "web_search_options",
    ];

    /// <summary>What is wrong with a request; null if nothing is.</summary>
    public static Refusal? FindFault(JsonElement body) => body.ValueKind == JsonValueKind.Object
        ? FindFaultyParameter(body) ?? FindFaultyTool(body) ?? FindFaultyMessage(body)
        : Refusal.NoJson;

    private static Refusal? FindFaultyParameter(JsonElement body)
    {
        if (body.EnumerateObject().Select(property => property.Name).FirstOrDefault(name => !Parameters.Contains(name)) is { } foreign)
        {
            return new Refusal($"Unrecognized request argument supplied: {foreign}", null, foreign);
        }

        return body switch
        {
            _ when string.IsNullOrEmpty(body.Text("model")) => Missing("model"),
            _ when body.Member("messages") is not { ValueKind: JsonValueKind.Array } => Missing("messages"),
            _ when body.Member("max_tokens") is not null && body.Member("max_completion_tokens") is not null => new Refusal(
                "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.", "invalid_parameter_combination", "max_tokens"),
            _ when body.Member("stream_options") is not null && body.Member("stream") is not { ValueKind: JsonValueKind.True } => new Refusal(
                "The 'stream_options' parameter is only allowed when 'stream' is enabled.", null, "stream_options"),
            _ => null,
        };
    }

    private static Refusal? FindFaultyTool(JsonElement body)
    {
        int index = 0;
        foreach (JsonElement tool in body.Elements("tools"))
        {
            string at = $"tools[{index++}]";
            if (tool.Text("type") is not { } type)
            {
                return Missing($"{at}.type");
            }

            if (type == "function" && string.IsNullOrEmpty(tool.Member("function")?.Text("name")))
            {
                return Missing($"{at}.function.name");
            }
        }

        return null;
    }

    private static Refusal? FindFaultyMessage(JsonElement body)
    {
        HashSet<string> open = [];
        int index = 0;
        foreach (JsonElement message in body.Elements("messages"))
        {
            string at = $"messages[{index++}]";
            string role = message.Text("role") ?? "";
            if (role is not ("developer" or "system" or "user" or "assistant" or "tool"))
            {
                return new Refusal(
                    $"Invalid value: '{role}'. Supported values are: 'system', 'assistant', 'user', 'tool', and 'developer'.", "invalid_value", $"{at}.role");
            }

            if (role == "tool")
            {
                string callId = message.Text("tool_call_id") ?? "";
                if (!open.Remove(callId))
                {
                    return new Refusal(
                        "Invalid parameter: messages with role 'tool' must be a response to a preceding message with 'tool_calls'.", null, $"{at}.role");
                }
            }
            else if (open.Count > 0)
            {
                return Lonely(open);
            }

            if ((role == "assistant" ? FindFaultyAnswer(message, at) : FindMissingContent(message, at)) is { } fault)
            {
                return fault;
            }

            foreach (JsonElement call in message.Elements("tool_calls"))
            {
                open.Add(call.Text("id")!);
            }
        }

        return open.Count > 0 ? Lonely(open) : null;
    }

    private static Refusal? FindMissingContent(JsonElement message, string at) =>
        message.Member("content") is { ValueKind: JsonValueKind.String or JsonValueKind.Array } ? null : Missing($"{at}.content");

    private static Refusal? FindFaultyAnswer(JsonElement message, string at)
    {
        if (!message.Elements("tool_calls").Any())
        {
            return FindMissingContent(message, at);
        }

        int index = 0;
        foreach (JsonElement call in message.Elements("tool_calls"))
        {
            string place = $"{at}.tool_calls[{index++}]";
            if (call.Text("id") is not { Length: > 0 } id || call.Text("type") != "function"
                || call.Member("function") is not { } function || function.Text("name") is null || function.Text("arguments") is null)
            {
                return Missing($"{place}.function");
            }

            // A call of a scripted answer comes back with its signature, or not at all.
            if (ScriptedRequest.TurnOf(id) is not null
                && call.Member("extra_content")?.Member("google")?.Text("thought_signature") != ChatAnswer.SignatureOf(id))
            {
                return new Refusal($"Function call {id} is missing a thought_signature in functionCall parts.", "invalid_argument", place);
            }
        }

        return null;
    }

    private static Refusal Lonely(IEnumerable<string> open) => new(
        "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. "
        + $"The following tool_call_ids did not have response messages: {string.Join(", ", open)}",
        null,
        "messages");

    private static Refusal Missing(string parameter) => new($"Missing required parameter: '{parameter}'.", "missing_required_parameter", parameter);
}
