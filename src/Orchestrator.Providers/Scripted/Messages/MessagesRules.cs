using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Scripted.Messages;

/// <summary>Refuses what the Messages service refuses, with its kind of error.</summary>
internal static class MessagesRules
{
    private const int MostCacheMarks = 4;

    private static readonly string[] Parameters =
    [
        "cache_control", "container", "context_management", "inference_geo", "max_tokens", "mcp_servers", "messages", "metadata", "model",
        "output_config", "service_tier", "stop_sequences", "stream", "system", "temperature", "thinking", "tool_choice", "tools", "top_k",
        "top_p",
    ];

    private static readonly string[] CountParameters =
    [
        "cache_control", "context_management", "mcp_servers", "messages", "model", "output_config", "system", "thinking", "tool_choice", "tools",
    ];

    private static readonly string[] ToolMembers =
        ["type", "name", "description", "input_schema", "cache_control", "strict", "defer_loading", "allowed_callers"];

    /// <summary>The service's own tools that a client runs, which have names of their own and no schema.</summary>
    private static readonly Dictionary<string, (string Name, string[] Members)> NativeTools = new()
    {
        ["bash_20250124"] = ("bash", ["type", "name", "cache_control", "strict", "defer_loading", "allowed_callers"]),
        ["text_editor_20250728"] =
            ("str_replace_based_edit_tool", ["type", "name", "max_characters", "cache_control", "strict", "defer_loading", "allowed_callers"]),
        ["computer_20251124"] =
            ("computer", ["type", "name", "display_width_px", "display_height_px", "display_number", "enable_zoom", "cache_control", "strict", "defer_loading", "allowed_callers"]),
    };

    private const string ComputerPreview = "computer-use-2025-11-24";

    private static readonly string[] MessageMembers = ["role", "content"];

    private static readonly Dictionary<string, string[]> Blocks = new()
    {
        ["text"] = ["text", "cache_control", "citations"],
        ["image"] = ["source", "cache_control"],
        ["document"] = ["source", "cache_control", "citations", "context", "title"],
        ["tool_use"] = ["id", "name", "input", "cache_control", "caller"],
        ["tool_result"] = ["tool_use_id", "content", "is_error", "cache_control"],
        ["thinking"] = ["thinking", "signature"],
        ["redacted_thinking"] = ["data"],
        ["compaction"] = ["content", "encrypted_content", "cache_control"],
    };

    /// <summary>What is wrong with a request; null if nothing is.</summary>
    public static Refusal? FindFault(JsonElement body) => FindFault(body, Parameters);

    /// <summary>What is wrong with a request for the tokens of an input; null if nothing is.</summary>
    public static Refusal? FindFaultInCount(JsonElement body) => FindFault(body, CountParameters);

    private static Refusal? FindFault(JsonElement body, string[] parameters) => body.ValueKind == JsonValueKind.Object
        ? FindFaultyParameter(body, parameters) ?? CompactionRules.FindFaultyEdit(body) ?? FindFaultyTool(body) ?? FindFaultyMessage(body) ?? FindLonelyCall(body) ?? FindTooManyMarks(body)
        : new Refusal("The body must be a JSON object.", null, null);

    /// <summary>The screen is a preview that must be asked for by name.</summary>
    public static Refusal? FindMissingPreview(JsonElement body, IHeaderDictionary headers)
    {
        bool isOffered = body.Elements("tools").Any(tool => tool.Text("type") == "computer_20251124");
        return isOffered && !headers["anthropic-beta"].SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries)).Contains(ComputerPreview)
            ? new Refusal("tools: Input tag 'computer_20251124' found using 'type' does not match any of the expected tags", null, null)
            : null;
    }

    /// <summary>The places whose prefix is to be cached.</summary>
    public static IEnumerable<JsonElement> CacheMarks(JsonElement body) =>
        new[] { body }
            .Concat(body.Elements("system"))
            .Concat(body.Elements("tools"))
            .Concat(body.Elements("messages").SelectMany(message => message.Elements("content")))
            .Select(place => place.Member("cache_control"))
            .OfType<JsonElement>()
            .Where(mark => mark.ValueKind == JsonValueKind.Object);

    private static Refusal? FindFaultyParameter(JsonElement body, string[] parameters)
    {
        if (ForeignMember(body, parameters) is { } foreign)
        {
            return Extra(foreign);
        }

        return body switch
        {
            _ when string.IsNullOrEmpty(body.Text("model")) => Required("model"),
            _ when parameters.Contains("max_tokens") && body.Number("max_tokens") is not > 0 => Required("max_tokens"),
            _ when body.Member("messages") is not { ValueKind: JsonValueKind.Array } => Required("messages"),
            _ when !body.Elements("messages").Any() => new Refusal("messages: at least one message is required", null, null),
            _ when body.Member("thinking")?.Text("type") == "enabled" && body.Member("thinking")?.Number("budget_tokens") >= body.Number("max_tokens") =>
                new Refusal("`max_tokens` must be greater than `thinking.budget_tokens`.", null, null),
            _ => null,
        };
    }

    private static Refusal? FindFaultyTool(JsonElement body)
    {
        int index = 0;
        foreach (JsonElement tool in body.Elements("tools"))
        {
            string at = $"tools.{index++}";
            string? type = tool.Text("type");
            bool isOwn = type is null or "custom";
            if (string.IsNullOrEmpty(tool.Text("name")))
            {
                return Required($"{at}.name");
            }

            if (type is not null && NativeTools.TryGetValue(type, out (string Name, string[] Members) native))
            {
                if (tool.Text("name") != native.Name)
                {
                    return new Refusal($"{at}.{type}.name: Input should be '{native.Name}'", null, null);
                }

                if (type == "computer_20251124" && FirstMissing(tool, "display_width_px", "display_height_px") is { } lacking)
                {
                    return Required($"{at}.{type}.{lacking}");
                }

                if (ForeignMember(tool, native.Members) is { } unknown)
                {
                    return Extra($"{at}.{type}.{unknown}");
                }
            }

            if (isOwn && tool.Member("input_schema")?.Text("type") != "object")
            {
                return Required($"{at}.input_schema.type");
            }

            if (isOwn && ForeignMember(tool, ToolMembers) is { } foreign)
            {
                return Extra($"{at}.{foreign}");
            }
        }

        return null;
    }

    private static Refusal? FindFaultyMessage(JsonElement body)
    {
        int index = 0;
        foreach (JsonElement message in body.Elements("messages"))
        {
            string at = $"messages.{index}";
            string? role = message.Text("role");
            if (role is not ("user" or "assistant"))
            {
                return new Refusal($"{at}.role: Input should be 'user' or 'assistant'", null, null);
            }

            if (index++ == 0 && role != "user")
            {
                return new Refusal("messages: first message must use the \"user\" role", null, null);
            }

            if (ForeignMember(message, MessageMembers) is { } foreign)
            {
                return Extra($"{at}.{foreign}");
            }

            if (FindFaultyContent(message, role, at) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private static Refusal? FindFaultyContent(JsonElement message, string role, string at)
    {
        if (message.Member("content") is { ValueKind: JsonValueKind.String } text)
        {
            return text.GetString()!.Length > 0 ? null : new Refusal($"{at}: user messages must have non-empty content", null, null);
        }

        JsonElement[] blocks = [.. message.Elements("content")];
        if (blocks.Length == 0)
        {
            return new Refusal($"{at}: all messages must have non-empty content", null, null);
        }

        for (int i = 0; i < blocks.Length; i++)
        {
            if (FindFaultyBlock(blocks[i], role, $"{at}.content.{i}") is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private static Refusal? FindFaultyBlock(JsonElement block, string role, string at)
    {
        string type = block.Text("type") ?? "";
        if (!Blocks.TryGetValue(type, out string[]? members))
        {
            return new Refusal($"{at}: Input tag '{type}' found using 'type' does not match any of the expected tags", null, null);
        }

        if (ForeignMember(block, ["type", .. members]) is { } foreign)
        {
            return Extra($"{at}.{type}.{foreign}");
        }

        string? missing = type switch
        {
            "text" => FirstMissing(block, "text"),
            "tool_use" => FirstMissing(block, "id", "name", "input"),
            "tool_result" => FirstMissing(block, "tool_use_id"),
            "thinking" => FirstMissing(block, "thinking", "signature"),
            "compaction" => FirstMissing(block, "content"),
            _ => null,
        };
        return block switch
        {
            _ when type == "thinking" && block.Text("signature") is { } signature && ScriptedBlock.TurnOfSignature(signature) is null =>
                new Refusal($"{at}: Invalid `signature` in `thinking` block", null, null),
            _ when missing is not null => Required($"{at}.{type}.{missing}"),
            _ when type == "text" && block.Text("text") is null or "" => new Refusal("messages: text content blocks must be non-empty", null, null),
            _ when type == "compaction" && block.Text("content") is "" => new Refusal($"{at}.compaction.content: String should have at least 1 character", null, null),
            _ when type == "tool_use" && block.Member("input") is not { ValueKind: JsonValueKind.Object } =>
                new Refusal($"{at}.tool_use.input: Input should be a valid dictionary", null, null),
            _ when type is "tool_use" or "thinking" or "redacted_thinking" or "compaction" && role != "assistant" =>
                new Refusal($"{at}: `{type}` blocks can only be in `assistant` messages", null, null),
            _ when type == "tool_result" && role != "user" => new Refusal($"{at}: `tool_result` blocks can only be in `user` messages", null, null),
            _ when (block.Text("id") ?? block.Text("tool_use_id")) is { } id && !id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-') =>
                new Refusal($"{at}.{type}.id: String should match pattern '^[a-zA-Z0-9_-]+$'", null, null),
            _ => null,
        };
    }

    // The results of an answer's calls stand in the next message, before anything else in it.
    private static Refusal? FindLonelyCall(JsonElement body)
    {
        HashSet<string> open = [];
        int index = 0;
        foreach (JsonElement message in body.Elements("messages"))
        {
            JsonElement[] blocks = [.. message.Elements("content")];
            string[] answered = [.. blocks.TakeWhile(block => block.Text("type") == "tool_result").Select(block => block.Text("tool_use_id")!)];
            if (open.Except(answered).ToArray() is { Length: > 0 } lonely)
            {
                return new Refusal(
                    $"messages.{index}: `tool_use` ids were found without `tool_result` blocks immediately after: {string.Join(", ", lonely)}.",
                    null,
                    null);
            }

            if (blocks.Where(block => block.Text("type") == "tool_result").Select(block => block.Text("tool_use_id")!)
                .FirstOrDefault(result => !open.Contains(result)) is { } unexpected)
            {
                return new Refusal($"messages.{index}: unexpected `tool_use_id` found in `tool_result` blocks: {unexpected}.", null, null);
            }

            if (blocks.Where(block => block.Text("type") == "tool_use").GroupBy(block => block.Text("id")).Any(same => same.Count() > 1))
            {
                return new Refusal($"messages.{index}: `tool_use` ids must be unique", null, null);
            }

            open = [.. blocks.Where(block => block.Text("type") == "tool_use").Select(block => block.Text("id")!)];
            index++;
        }

        return open.Count == 0
            ? null
            : new Refusal($"messages.{index - 1}: `tool_use` ids were found without `tool_result` blocks immediately after: {open.First()}.", null, null);
    }

    private static Refusal? FindTooManyMarks(JsonElement body) => CacheMarks(body).Count() is > MostCacheMarks and var found
        ? new Refusal($"A maximum of {MostCacheMarks} blocks with cache_control may be provided. Found {found}.", null, null)
        : null;

    internal static string? ForeignMember(JsonElement element, string[] allowed) =>
        element.EnumerateObject().Select(member => member.Name).FirstOrDefault(name => !allowed.Contains(name));

    private static string? FirstMissing(JsonElement block, params string[] names) => names.FirstOrDefault(name => block.Member(name) is null);

    private static Refusal Required(string parameter) => new($"{parameter}: Field required", null, null);

    internal static Refusal Extra(string parameter) => new($"{parameter}: Extra inputs are not permitted", null, null);
}
