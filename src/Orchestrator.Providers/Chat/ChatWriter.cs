using System.Text.Json;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tools;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Chat;

/// <summary>
/// Writes a request as a Chat Completion. An item is written the same way every time, so the messages of one turn are a prefix of the
/// next one's.
/// </summary>
internal static class ChatWriter
{
    /// <summary>What Gemini takes in place of its own signature for a call that it did not make.</summary>
    private const string ForeignSignature = "skip_thought_signature_validator";

    public static RequestBody Write(ModelRequest request, ModelCapabilities capabilities)
    {
        using BodyWriter body = new(request);
        body.Value((request, capabilities), static (json, head) => WriteHead(json, head.request, head.capabilities));
        body.Raw("["u8);
        for (int i = 0; i < request.Prompt.Count;)
        {
            body.Raw(i == 0 ? ""u8 : ","u8);
            if (request.Prompt[i] is PromptItem.ProviderItem own)
            {
                body.Stored(own.Json);
                i++;
            }
            else
            {
                int from = i;
                i += MessageLength(request.Prompt, from);
                body.Value(
                    (request.Prompt, from, i, capabilities),
                    static (json, message) => WriteMessage(json, message.Prompt, message.from, message.i, message.capabilities));
                if (ScreenshotsUpTo(request.Prompt, i) is { Count: > 0 } shown)
                {
                    body.Raw(","u8);
                    body.Value(shown, WriteScreenshots);
                }
            }
        }

        body.Raw("]}"u8);
        return body.ToBody();
    }

    /// <summary>Those of the outputs that end here: a tool's message has no pictures, and nothing may stand between outputs of one answer.</summary>
    private static IReadOnlyList<PromptItem.CallOutput> ScreenshotsUpTo(IReadOnlyList<PromptItem> prompt, int end)
    {
        if (end < prompt.Count && prompt[end] is PromptItem.CallOutput)
        {
            return [];
        }

        return [.. prompt.Take(end).Reverse().TakeWhile(item => item is PromptItem.CallOutput).Cast<PromptItem.CallOutput>().Where(output => output.Screenshot is not null).Reverse()];
    }

    private static void WriteScreenshots(Utf8JsonWriter json, IReadOnlyList<PromptItem.CallOutput> shown)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, "user"u8);
        json.WriteStartArray("content"u8);
        foreach (PromptItem.CallOutput output in shown)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "text"u8);
            json.WriteString("text"u8, "The screen after your call:"u8);
            json.WriteEndObject();
            json.WriteStartObject();
            json.WriteString("type"u8, "image_url"u8);
            json.WriteStartObject("image_url"u8);
            json.WriteString("url"u8, PictureText.UrlOf(output.Screenshot!.Value));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    // What another model said and called in one turn is one message.
    private static int MessageLength(IReadOnlyList<PromptItem> prompt, int from)
    {
        int length = 0;
        while (from + length < prompt.Count && prompt[from + length] is PromptItem.AssistantText or PromptItem.AssistantCall)
        {
            length++;
        }

        return Math.Max(length, 1);
    }

    private static void WriteHead(Utf8JsonWriter json, ModelRequest request, ModelCapabilities capabilities)
    {
        json.WriteStartObject();
        json.WriteString("model"u8, request.Model);
        json.WriteBoolean("stream"u8, true);
        if (capabilities.StreamUsage)
        {
            json.WriteStartObject("stream_options"u8);
            json.WriteBoolean("include_usage"u8, true);
            json.WriteEndObject();
        }

        json.WriteNumber(capabilities.OutputLimit == OutputLimit.MaxTokens ? "max_tokens"u8 : "max_completion_tokens"u8, request.MaxOutputTokens);
        if (capabilities.ReasoningEffort is { } effort)
        {
            json.WriteString("reasoning_effort"u8, effort);
        }

        if (capabilities.ServiceTier)
        {
            json.WriteString("service_tier"u8, "default"u8);
        }

        WriteTools(json, request.Tools, capabilities);
        json.WritePropertyName("messages"u8);
    }

    private static void WriteTools(Utf8JsonWriter json, IReadOnlyList<ToolDefinition> tools, ModelCapabilities capabilities)
    {
        if (tools.Count == 0)
        {
            return;
        }

        if (capabilities.ParallelToolCalls)
        {
            // One call at a time: the effects of calls in one turn are not ordered against each other by the model.
            json.WriteBoolean("parallel_tool_calls"u8, false);
        }

        json.WriteStartArray("tools"u8);
        foreach (ToolDefinition tool in tools)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, tool.Name);
            json.WriteString("description"u8, tool.Description);
            json.WritePropertyName("parameters"u8);
            json.WriteRawValue(tool.Parameters);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes neighbours that are one message: texts and calls of an assistant, or one item of another kind.</summary>
    private static void WriteMessage(Utf8JsonWriter json, IReadOnlyList<PromptItem> prompt, int from, int to, ModelCapabilities capabilities)
    {
        json.WriteStartObject();
        switch (prompt[from])
        {
            case PromptItem.Instructions instructions:
                json.WriteString("role"u8, "system"u8);
                json.WriteString("content"u8, instructions.Utf8.Span);
                break;
            case PromptItem.UserMessage message:
                json.WriteString("role"u8, "user"u8);
                json.WriteString("content"u8, message.Utf8.Span);
                break;
            case PromptItem.CallOutput output:
                json.WriteString("role"u8, "tool"u8);
                json.WriteString("tool_call_id"u8, output.CallId);
                json.WriteString("content"u8, output.Utf8.Span);
                break;
            case PromptItem.AssistantText or PromptItem.AssistantCall:
                WriteAssistant(json, [.. prompt.Skip(from).Take(to - from)], capabilities);
                break;
            case PromptItem.ProviderItem or PromptItem.CompactionTrigger:
                throw new ArgumentException("This is no message that is written here.", nameof(prompt));
        }

        json.WriteEndObject();
    }

    private static void WriteAssistant(Utf8JsonWriter json, PromptItem[] items, ModelCapabilities capabilities)
    {
        string text = string.Join("\n", items.OfType<PromptItem.AssistantText>().Select(said => said.Text));
        RequestedCall[] calls = [.. items.OfType<PromptItem.AssistantCall>().Select(item => item.Call)];
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("content"u8, text);
        if (calls.Length == 0)
        {
            return;
        }

        json.WriteStartArray("tool_calls"u8);
        foreach (RequestedCall call in calls)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, call.CallId);
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, call.Tool);
            json.WriteString("arguments"u8, call.Arguments);
            json.WriteEndObject();
            if (capabilities.ThoughtSignatures)
            {
                WriteForeignSignature(json);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteForeignSignature(Utf8JsonWriter json)
    {
        json.WriteStartObject("extra_content"u8);
        json.WriteStartObject("google"u8);
        json.WriteString("thought_signature"u8, ForeignSignature);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
