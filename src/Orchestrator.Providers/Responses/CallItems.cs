using System.Text.Json;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Responses;

/// <summary>
/// The calls of a prompt that are no functions, so that each output goes back as the item that belongs to its call. Items are read only
/// where their bytes may hold such a call.
/// </summary>
internal sealed class CallItems
{
    private readonly Dictionary<string, Call> _calls = [];

    /// <summary>Notes a stored item; outputs behind it answer it.</summary>
    public void Pass(ReadOnlyMemory<byte> item)
    {
        ReadOnlySpan<byte> bytes = item.Span;
        bool mayBe = bytes.IndexOf("custom_tool_call"u8) >= 0 || bytes.IndexOf("apply_patch_call"u8) >= 0 || bytes.IndexOf("shell_call"u8) >= 0
            || bytes.IndexOf("computer_call"u8) >= 0;
        if (!mayBe && _calls.Count == 0)
        {
            return;
        }

        using JsonDocument document = JsonDocument.Parse(item);
        JsonElement root = document.RootElement;
        if (root.Text("type") is { } type && CallItem.IsCall(type) && root.Text("call_id") is { } id)
        {
            _calls[id] = new Call(type, type == "shell_call" ? root.Member("action")?.Number("max_output_length") : null)
            {
                SafetyChecks = type == "computer_call" && root.Elements("pending_safety_checks").Any() ? root.Member("pending_safety_checks")!.Value.GetRawText() : null,
            };
        }
    }

    public void WriteOutput(Utf8JsonWriter json, PromptItem.CallOutput output)
    {
        Call call = _calls.GetValueOrDefault(output.CallId);
        json.WriteStartObject();
        json.WriteString("type"u8, OutputOf(call.Type));
        json.WriteString("call_id"u8, output.CallId);
        switch (call.Type)
        {
            case "apply_patch_call":
                json.WriteString("status"u8, ObservedEnd.Read(output.Text).ExitCode == 0 ? "completed"u8 : "failed"u8);
                json.WriteString("output"u8, output.Utf8.Span);
                break;
            case "shell_call":
                WriteShellOutput(json, ObservedEnd.Read(output.Text), call.MaxOutputLength);
                break;
            case "computer_call":
                ComputerOutput.Write(json, output, call.SafetyChecks);
                break;
            default:
                WriteText(json, output);
                break;
        }

        json.WriteEndObject();
    }

    /// <summary>What there is to say of a call whose output has no words; null if there is nothing.</summary>
    public string? WordsBehind(PromptItem.CallOutput output) =>
        _calls.GetValueOrDefault(output.CallId).Type == "computer_call" ? ComputerOutput.WordsOf(output) : null;

    private static void WriteText(Utf8JsonWriter json, PromptItem.CallOutput output)
    {
        if (output.Screenshot is not { } png)
        {
            json.WriteString("output"u8, output.Utf8.Span);
            return;
        }

        json.WriteStartArray("output"u8);
        json.WriteStartObject();
        json.WriteString("type"u8, "input_text"u8);
        json.WriteString("text"u8, output.Utf8.Span);
        json.WriteEndObject();
        json.WriteStartObject();
        json.WriteString("type"u8, "input_image"u8);
        json.WriteString("image_url"u8, PictureText.UrlOf(png));
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static ReadOnlySpan<byte> OutputOf(string? call) => call switch
    {
        "custom_tool_call" => "custom_tool_call_output"u8,
        "apply_patch_call" => "apply_patch_call_output"u8,
        "shell_call" => "shell_call_output"u8,
        "computer_call" => "computer_call_output"u8,
        _ => "function_call_output"u8,
    };

    // The commands of a call run in one shell, and end as one.
    private static void WriteShellOutput(Utf8JsonWriter json, ObservedEnd end, long? maxOutputLength)
    {
        json.WriteStartArray("output"u8);
        json.WriteStartObject();
        json.WriteString("stdout"u8, end.Output);
        json.WriteString("stderr"u8, end.Note);
        json.WriteStartObject("outcome"u8);
        json.WriteString("type"u8, end.IsTimeout ? "timeout"u8 : "exit"u8);
        if (!end.IsTimeout)
        {
            // There is no word for what never ran or was interrupted: the note says it, and the code that it is no success.
            json.WriteNumber("exit_code"u8, end.ExitCode ?? 1);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        if (maxOutputLength is { } length)
        {
            json.WriteNumber("max_output_length"u8, length);
        }
    }

    /// <param name="Type">The item's type; null for a call that isn't known.</param>
    /// <param name="MaxOutputLength">What a shell call wants repeated.</param>
    private readonly record struct Call(string? Type, long? MaxOutputLength)
    {
        /// <summary>The checks of a computer call, as its item has them; null for none.</summary>
        public string? SafetyChecks { get; init; }
    }
}
