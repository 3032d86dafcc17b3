using System.Text;
using System.Text.Json;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Messages;

/// <summary>
/// Writes a request in the Messages dialect: the instructions apart, then messages of user and assistant in turns, each as long as the
/// prompt lets it be. The results of calls come first in theirs.
/// </summary>
/// <remarks>
/// Three of the four cache breakpoints that a request may have are set: behind tools and instructions, and on the last two
/// messages of the user, so that a request finds what the one before it left.
/// </remarks>
internal static class MessagesWriter
{
    private const int MarkedMessages = 2;

    /// <summary>A conversation begins with the user; a compaction, which drops this, is the assistant's.</summary>
    private static ReadOnlySpan<byte> Opening =>
        """{"role":"user","content":[{"type":"text","text":"What came before this is summarized."}]},"""u8;

    public static RequestBody Write(ModelRequest request, ModelCapabilities capabilities)
    {
        int unmarked = Messages(request.Prompt).Count(message => !message.IsAssistant) - MarkedMessages;
        using BodyWriter body = new(request);
        body.Value((request, capabilities), static (json, head) => WriteHead(json, head.request, head.capabilities));
        body.Raw("["u8);
        bool isFirst = true;
        foreach (Message message in Messages(request.Prompt))
        {
            body.Raw(!isFirst ? ","u8 : message.IsAssistant ? Opening : ""u8);
            WriteMessage(body, request.Prompt, message, isMarked: !message.IsAssistant && unmarked-- <= 0);
            isFirst = false;
        }

        body.Raw("]}"u8);
        return body.ToBody(PreviewsFor(request, capabilities));
    }

    private static string? PreviewsFor(ModelRequest request, ModelCapabilities capabilities)
    {
        string[] previews = [.. new[] { MessagesCompaction.PreviewFor(request.Prompt), MessagesComputer.PreviewFor(request.Tools, capabilities) }.OfType<string>()];
        return previews.Length == 0 ? null : string.Join(',', previews);
    }

    /// <summary>The neighbours in a prompt that one side said, behind the instructions, which come first and stand apart.</summary>
    private static IEnumerable<Message> Messages(IReadOnlyList<PromptItem> prompt)
    {
        int from = 0;
        while (from < prompt.Count && prompt[from] is PromptItem.Instructions)
        {
            from++;
        }

        int end = AsksForCompaction(prompt) ? prompt.Count - 1 : prompt.Count;
        while (from < end)
        {
            int to = from + 1;
            while (to < end && IsAssistants(prompt[to]) == IsAssistants(prompt[from]))
            {
                to++;
            }

            yield return new Message(IsAssistants(prompt[from]), from, to);
            from = to;
        }
    }

    private static bool AsksForCompaction(IReadOnlyList<PromptItem> prompt) => prompt is [.., PromptItem.CompactionTrigger];

    private static bool IsAssistants(PromptItem item) => item is PromptItem.ProviderItem or PromptItem.AssistantText or PromptItem.AssistantCall;

    private static void WriteHead(Utf8JsonWriter json, ModelRequest request, ModelCapabilities capabilities)
    {
        json.WriteStartObject();
        json.WriteString("model"u8, request.Model);
        json.WriteNumber("max_tokens"u8, request.MaxOutputTokens);
        json.WriteBoolean("stream"u8, true);
        if (capabilities.AdaptiveThinking)
        {
            json.WriteStartObject("thinking"u8);
            json.WriteString("type"u8, "adaptive"u8);
            json.WriteEndObject();
        }

        if (AsksForCompaction(request.Prompt))
        {
            MessagesCompaction.Write(json);
        }

        WriteTools(json, request.Tools, capabilities);
        json.WriteStartArray("system"u8);
        PromptItem.Instructions[] instructions = [.. request.Prompt.OfType<PromptItem.Instructions>()];
        foreach (PromptItem.Instructions text in instructions)
        {
            json.WriteStartObject();
            WriteText(json, text.Utf8.Span);
            WriteBreakpoint(json, text == instructions[^1]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WritePropertyName("messages"u8);
    }

    private static void WriteTools(Utf8JsonWriter json, IReadOnlyList<ToolDefinition> tools, ModelCapabilities capabilities)
    {
        if (tools.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tools"u8);
        foreach (ToolDefinition tool in tools)
        {
            json.WriteStartObject();
            if (NativeTypeOf(tool, capabilities) is { } type)
            {
                json.WriteString("type"u8, type);
                json.WriteString("name"u8, tool.Name);
                MessagesComputer.WriteScreen(json, tool);
            }
            else
            {
                json.WriteString("name"u8, tool.Name);
                json.WriteString("description"u8, tool.Description);
                json.WritePropertyName("input_schema"u8);
                json.WriteRawValue(tool.Parameters);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (capabilities.ParallelToolCalls)
        {
            // One call at a time: the effects of calls in one turn are not ordered against each other by the model.
            json.WriteStartObject("tool_choice"u8);
            json.WriteString("type"u8, "auto"u8);
            json.WriteBoolean("disable_parallel_tool_use"u8, true);
            json.WriteEndObject();
        }
    }

    /// <summary>The vendor's own tool whose name and arguments are those of ours; null where the model is told of a function.</summary>
    private static string? NativeTypeOf(ToolDefinition tool, ModelCapabilities capabilities) => tool.Name switch
    {
        ToolNames.Bash when capabilities.Bash == ToolForm.Native => "bash_20250124",
        ToolNames.Computer when MessagesComputer.IsNative(tool, capabilities) => MessagesComputer.Type,
        ToolNames.TextEditor when capabilities.TextEditor == ToolForm.Native => "text_editor_20250728",
        _ => null,
    };

    // What a person says comes behind the results.
    private static void WriteMessage(BodyWriter body, IReadOnlyList<PromptItem> prompt, Message message, bool isMarked)
    {
        body.Raw(message.IsAssistant ? "{\"role\":\"assistant\",\"content\":["u8 : "{\"role\":\"user\",\"content\":["u8);
        int written = 0;
        foreach (bool isOfAPerson in (ReadOnlySpan<bool>)[false, true])
        {
            for (int i = message.From; i < message.To; i++)
            {
                PromptItem item = prompt[i];
                if (item is PromptItem.UserMessage != isOfAPerson)
                {
                    continue;
                }

                body.Raw(written++ == 0 ? ""u8 : ","u8);
                if (item is PromptItem.ProviderItem own)
                {
                    body.Stored(own.Json);
                }
                else
                {
                    body.Value((item, isMarked: isMarked && written == message.To - message.From), static (json, block) => WriteBlock(json, block.item, block.isMarked));
                }
            }
        }

        body.Raw("]}"u8);
    }

    private static void WriteBlock(Utf8JsonWriter json, PromptItem item, bool isMarked)
    {
        json.WriteStartObject();
        switch (item)
        {
            case PromptItem.UserMessage message:
                WriteText(json, message.Utf8.Span);
                break;
            case PromptItem.AssistantText said:
                WriteText(json, Encoding.UTF8.GetBytes(said.Text));
                break;
            case PromptItem.AssistantCall { Call: var call }:
                json.WriteString("type"u8, "tool_use"u8);
                json.WriteString("id"u8, call.CallId);
                json.WriteString("name"u8, call.Tool);
                json.WritePropertyName("input"u8);
                json.WriteRawValue(call.Arguments);
                break;
            case PromptItem.CallOutput output:
                json.WriteString("type"u8, "tool_result"u8);
                json.WriteString("tool_use_id"u8, output.CallId);
                WriteOutput(json, output);
                break;
            case PromptItem.Instructions or PromptItem.ProviderItem or PromptItem.CompactionTrigger:
                throw new ArgumentException("This is no block that is written here.", nameof(item));
        }

        WriteBreakpoint(json, isMarked);
        json.WriteEndObject();
    }

    private static void WriteOutput(Utf8JsonWriter json, PromptItem.CallOutput output)
    {
        if (output.Screenshot is not { } png)
        {
            json.WriteString("content"u8, output.Utf8.Span);
            return;
        }

        json.WriteStartArray("content"u8);
        json.WriteStartObject();
        WriteText(json, output.Utf8.Span);
        json.WriteEndObject();
        json.WriteStartObject();
        json.WriteString("type"u8, "image"u8);
        json.WriteStartObject("source"u8);
        json.WriteString("type"u8, "base64"u8);
        json.WriteString("media_type"u8, "image/png"u8);
        json.WriteString("data"u8, PictureText.Base64Of(png));
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> text)
    {
        json.WriteString("type"u8, "text"u8);
        json.WriteString("text"u8, text);
    }

    private static void WriteBreakpoint(Utf8JsonWriter json, bool isWanted)
    {
        if (isWanted)
        {
            json.WriteStartObject("cache_control"u8);
            json.WriteString("type"u8, "ephemeral"u8);
            json.WriteEndObject();
        }
    }

    /// <summary>Neighbours in the prompt that one side said.</summary>
    private readonly record struct Message(bool IsAssistant, int From, int To);
}
