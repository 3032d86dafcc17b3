using System.Text.Json;
using Orchestrator.Agent.Tasks;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Scripted.Responses;

/// <summary>
/// A call of a scripted model in the form in which the request offers its tool, where that is no function and the arguments fit into it.
/// </summary>
internal static class NativeItem
{
    /// <param name="mark">Turn and place.</param>
    /// <param name="call">What the script says.</param>
    /// <param name="offered">As <see cref="ScriptedRequest.NativeTools"/> has them.</param>
    /// <returns>Null for a call that is a function's.</returns>
    public static ScriptedItem? Of(string mark, ScriptCall call, IReadOnlySet<string> offered)
    {
        if (Parse(call.Arguments) is not { } arguments)
        {
            return null;
        }

        string tool = ToolNames.Of(call.Tool);
        return tool switch
        {
            _ when offered.Contains($"custom:{call.Tool}") && arguments.Text("input") is { } input => Custom(mark, call.Tool, input),
            ToolNames.ApplyPatch when offered.Contains("apply_patch") && arguments.Member("operation") is { ValueKind: JsonValueKind.Object } operation =>
                Patch(mark, operation),
            ToolNames.Computer when offered.Contains("computer") && arguments.Member("actions") is { ValueKind: JsonValueKind.Array } actions =>
                Computer(mark, actions, arguments),
            ToolNames.Bash when offered.Contains("shell") && CommandsOf(arguments) is { Length: > 0 } commands => Shell(mark, commands, arguments),
            _ => null,
        };
    }

    private static JsonElement? Parse(string arguments)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(arguments);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string[] CommandsOf(JsonElement arguments) => arguments.Text("command") is { } one
        ? [one]
        : [.. arguments.Elements("commands").Select(command => command.ToString())];

    private static ScriptedItem Custom(string mark, string name, string input) =>
        new($"ctc_scripted_{mark}", ScriptedItemKind.Input, input, (json, state) =>
        {
            WriteHead(json, "ctc", "custom_tool_call", mark);
            json.WriteString("name"u8, name);
            json.WriteString("input"u8, state.Content);
        });

    private static ScriptedItem Patch(string mark, JsonElement operation) =>
        new($"apc_scripted_{mark}", ScriptedItemKind.Native, operation.GetRawText(), (json, state) =>
        {
            WriteHead(json, "apc", "apply_patch_call", mark);
            json.WriteString("status"u8, state.Status == "completed" ? "completed"u8 : "in_progress"u8);
            json.WritePropertyName("operation"u8);
            operation.WriteTo(json);
        });

    private static ScriptedItem Computer(string mark, JsonElement actions, JsonElement arguments) =>
        new($"cu_scripted_{mark}", ScriptedItemKind.Native, actions.GetRawText(), (json, state) =>
        {
            WriteHead(json, "cu", "computer_call", mark);
            json.WriteString("status"u8, state.Status);
            json.WritePropertyName("actions"u8);
            actions.WriteTo(json);
            json.WriteStartArray("pending_safety_checks"u8);
            foreach (JsonElement check in arguments.Elements("pending_safety_checks"))
            {
                check.WriteTo(json);
            }

            json.WriteEndArray();
        });

    private static ScriptedItem Shell(string mark, string[] commands, JsonElement arguments) =>
        new($"sh_scripted_{mark}", ScriptedItemKind.Native, string.Join('\n', commands), (json, state) =>
        {
            WriteHead(json, "sh", "shell_call", mark);
            json.WriteString("status"u8, state.Status);
            json.WriteStartObject("action"u8);
            json.WriteStartArray("commands"u8);
            foreach (string command in commands)
            {
                json.WriteStringValue(command);
            }

            json.WriteEndArray();
            WriteNumber(json, "timeout_ms", arguments.Number("timeout_ms") ?? (arguments.Number("timeout_seconds") * 1000));
            WriteNumber(json, "max_output_length", arguments.Number("max_output_length"));
            json.WriteEndObject();
            json.WriteNull("environment"u8);
        });

    private static void WriteHead(Utf8JsonWriter json, string prefix, string type, string mark)
    {
        json.WriteString("id"u8, $"{prefix}_scripted_{mark}");
        json.WriteString("type"u8, type);
        json.WriteString("call_id"u8, $"call_scripted_{mark}");
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } known)
        {
            json.WriteNumber(name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
