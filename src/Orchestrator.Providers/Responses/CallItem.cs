using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tasks;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Responses;

/// <summary>Reads a call of whatever form as a tool of ours with its arguments.</summary>
internal static class CallItem
{
    private const double MillisecondsPerSecond = 1000;

    /// <param name="type">An item's type.</param>
    public static bool IsCall(string? type) => type is "function_call" or "custom_tool_call" or "apply_patch_call" or "shell_call" or "computer_call";

    /// <exception cref="JsonException">The call can't be answered, or says nothing.</exception>
    public static RequestedCall Read(JsonElement item)
    {
        string callId = item.Text("call_id") is { Length: > 0 } id ? id : throw new JsonException("a call has no id");
        return item.Text("type") switch
        {
            "apply_patch_call" => new RequestedCall(callId, ToolNames.ApplyPatch, ArgumentsOfPatch(item)),
            "computer_call" => new RequestedCall(callId, ToolNames.Computer, ArgumentsOfComputer(item)),
            "shell_call" => new RequestedCall(callId, ToolNames.Bash, ArgumentsOfShell(item)),
            "custom_tool_call" => new RequestedCall(callId, NameOf(item), Arguments(json => json.WriteString("input"u8, item.Text("input") ?? ""))),
            _ => new RequestedCall(callId, NameOf(item), item.Text("arguments") ?? ""),
        };
    }

    private static string NameOf(JsonElement item) =>
        item.Text("name") is { Length: > 0 } name ? name : throw new JsonException("a call has no name");

    private static string ArgumentsOfPatch(JsonElement item) => item.Member("operation") is { ValueKind: JsonValueKind.Object } operation
        ? Arguments(json =>
        {
            json.WritePropertyName("operation"u8);
            json.WriteRawValue(JsonMarshal.GetRawUtf8Value(operation));
        })
        : throw new JsonException("a patch has no operation");

    // The checks of the provider are part of what a person is asked about, and so of the arguments.
    private static string ArgumentsOfComputer(JsonElement item)
    {
        JsonElement actions = item.Member("actions") is { ValueKind: JsonValueKind.Array } list ? list
            : item.Member("action") is { ValueKind: JsonValueKind.Object } one ? one
            : throw new JsonException("a computer call has no actions");
        return Arguments(json =>
        {
            json.WritePropertyName(actions.ValueKind == JsonValueKind.Array ? "actions"u8 : "action"u8);
            json.WriteRawValue(JsonMarshal.GetRawUtf8Value(actions));
            if (item.Elements("pending_safety_checks").Any())
            {
                json.WritePropertyName("pending_safety_checks"u8);
                json.WriteRawValue(JsonMarshal.GetRawUtf8Value(item.Member("pending_safety_checks")!.Value));
            }
        });
    }

    // One after the other in the run's one shell, whatever the first ones end with; each is a line of its own to the policies as well.
    private static string ArgumentsOfShell(JsonElement item)
    {
        JsonElement action = item.Member("action") is { ValueKind: JsonValueKind.Object } asked ? asked : throw new JsonException("a shell call has no action");
        string[] commands = [.. action.Elements("commands").Select(TextOf)];
        return Arguments(json =>
        {
            json.WriteString("command"u8, string.Join('\n', commands));
            if (action.Number("timeout_ms") is > 0 and var timeout)
            {
                json.WriteNumber("timeout_seconds"u8, (long)Math.Ceiling(timeout / MillisecondsPerSecond));
            }
        });
    }

    private static string TextOf(JsonElement command)
    {
        try
        {
            return command.GetString() ?? throw new JsonException("a command is null");
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException("a command is no valid text", exception);
        }
    }

    private static string Arguments(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> written = new();
        using (Utf8JsonWriter json = new(written, BodyWriter.Json))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(written.WrittenSpan);
    }
}
