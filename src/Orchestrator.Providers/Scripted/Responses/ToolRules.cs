using System.Text.Json;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Scripted.Responses;

/// <summary>What the service refuses about the tools that are no functions, and about their calls and outputs.</summary>
internal static class ToolRules
{
    private static readonly Dictionary<string, string[]> Members = new()
    {
        ["custom"] = ["type", "name", "description", "format", "defer_loading", "allowed_callers"],
        ["apply_patch"] = ["type", "allowed_callers"],
        ["shell"] = ["type", "environment", "allowed_callers"],
        ["computer"] = ["type"],
    };

    /// <param name="tool">A tool of a request.</param>
    /// <param name="type">Its type.</param>
    /// <param name="at">Where it stands.</param>
    public static Refusal? FindFault(JsonElement tool, string type, string at)
    {
        if (!Members.TryGetValue(type, out string[]? members))
        {
            // Names of other vendors' tools; whatever else there is, is the service's business.
            return type is "bash" or "text_editor" or "computer_use"
                ? Invalid($"{at}.type", type, "'function', 'custom', 'shell', 'apply_patch', 'computer', and others")
                : null;
        }

        if (tool.EnumerateObject().Select(member => member.Name).FirstOrDefault(name => !members.Contains(name)) is { } foreign)
        {
            return new Refusal($"Unknown parameter: '{at}.{foreign}'.", "unknown_parameter", $"{at}.{foreign}");
        }

        return type switch
        {
            "custom" => FindFaultyFormat(tool, at),
            "shell" when tool.Member("environment") is { ValueKind: JsonValueKind.Object } environment
                && environment.Text("type") is not ("local" or "container_auto" or "container_reference") =>
                Invalid($"{at}.environment.type", environment.Text("type"), "'local', 'container_auto', and 'container_reference'"),
            _ => null,
        };
    }

    public static Refusal? FindFaultyOperation(JsonElement call, string at)
    {
        JsonElement operation = call.Member("operation")!.Value;
        return operation.Text("type") switch
        {
            "create_file" or "update_file" => RequestRules.FirstMissing(operation, $"{at}.operation", "path", "diff"),
            "delete_file" => RequestRules.FirstMissing(operation, $"{at}.operation", "path"),
            string other => Invalid($"{at}.operation.type", other, "'create_file', 'update_file', and 'delete_file'"),
            null => RequestRules.Missing($"{at}.operation.type"),
        };
    }

    public static Refusal? FindFaultyStatus(JsonElement output, string at) => output.Text("status") is "completed" or "failed"
        ? null
        : Invalid($"{at}.status", output.Text("status"), "'completed' and 'failed'");

    public static Refusal? FindFaultyCommands(JsonElement call, string at) =>
        call.Member("action")?.Member("commands") is { ValueKind: JsonValueKind.Array } ? null : RequestRules.Missing($"{at}.action.commands");

    public static Refusal? FindFaultyOutput(JsonElement item, string at)
    {
        if (item.Member("output") is not { ValueKind: JsonValueKind.Array } output)
        {
            return new Refusal($"Invalid type for '{at}.output': expected an array of objects.", "invalid_type", $"{at}.output");
        }

        int index = 0;
        foreach (JsonElement chunk in output.EnumerateArray())
        {
            string place = $"{at}.output[{index++}]";
            if (RequestRules.FirstMissing(chunk, place, "stdout", "stderr", "outcome") is { } missing)
            {
                return missing;
            }

            JsonElement outcome = chunk.Member("outcome")!.Value;
            Refusal? fault = outcome.Text("type") switch
            {
                "exit" => RequestRules.FirstMissing(outcome, $"{place}.outcome", "exit_code"),
                "timeout" => null,
                string other => Invalid($"{place}.outcome.type", other, "'exit' and 'timeout'"),
                null => RequestRules.Missing($"{place}.outcome.type"),
            };
            if (fault is not null)
            {
                return fault;
            }
        }

        return null;
    }

    public static Refusal? FindFaultyScreenshot(JsonElement output, string at)
    {
        if (output.EnumerateObject().Select(member => member.Name)
            .FirstOrDefault(name => name is not ("type" or "id" or "call_id" or "output" or "status" or "acknowledged_safety_checks")) is { } foreign)
        {
            return new Refusal($"Unknown parameter: '{at}.{foreign}'.", "unknown_parameter", $"{at}.{foreign}");
        }

        JsonElement shown = output.Member("output")!.Value;
        return shown.Text("type") != "computer_screenshot" ? Invalid($"{at}.output.type", shown.Text("type"), "'computer_screenshot'")
            : shown.Text("file_id") is null && shown.Text("image_url")?.StartsWith("data:image/png;base64,", StringComparison.Ordinal) is not true
                ? new Refusal($"Invalid '{at}.output.image_url'. Expected a valid URL, but got a value with an invalid format.", "invalid_value", $"{at}.output.image_url")
            : null;
    }

    /// <summary>The checks of a call must be acknowledged by its output, each by its id.</summary>
    public static Refusal? FindUnacknowledged(JsonElement call, JsonElement output)
    {
        HashSet<string?> acknowledged = [.. output.Elements("acknowledged_safety_checks").Select(check => check.Text("id"))];
        string[] lacking = [.. call.Elements("pending_safety_checks").Select(check => check.Text("id") ?? "").Where(id => !acknowledged.Contains(id))];
        return lacking.Length == 0
            ? null
            : new Refusal($"Computer call {call.Text("call_id")} has safety checks that were not acknowledged: {string.Join(", ", lacking)}.", "invalid_value", "input");
    }

    private static Refusal? FindFaultyFormat(JsonElement tool, string at)
    {
        if (tool.Member("format") is not { ValueKind: not JsonValueKind.Null } format)
        {
            return null;
        }

        return format.Text("type") switch
        {
            "text" => null,
            "grammar" when format.Text("syntax") is not ("lark" or "regex") => Invalid($"{at}.format.syntax", format.Text("syntax"), "'lark' and 'regex'"),
            "grammar" => RequestRules.FirstMissing(format, $"{at}.format", "definition"),
            var other => Invalid($"{at}.format.type", other, "'text' and 'grammar'"),
        };
    }

    private static Refusal Invalid(string parameter, string? value, string supported) =>
        new($"Invalid value: '{value}'. Supported values are: {supported}.", "invalid_value", parameter);
}
