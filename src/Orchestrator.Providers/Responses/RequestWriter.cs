using System.Text;
using System.Text.Json;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tools;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Responses;

/// <summary>
/// Writes a request in the Responses dialect. Everything but the prompt comes first and is the same for a whole run, but for the
/// answer's limit near the budget's end, and an item is written the same way every time: so the input of one turn is a prefix of the
/// next one's.
/// </summary>
internal static class RequestWriter
{
    public static RequestBody Write(ModelRequest request, ModelCapabilities capabilities)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(request.MaxOutputTokens, 16);

        using BodyWriter body = new(request);
        body.Value((request, capabilities), static (json, head) => WriteHead(json, head.request, head.capabilities));
        body.Raw("["u8);
        CallItems calls = new();
        for (int i = 0; i < request.Prompt.Count; i++)
        {
            if (i > 0)
            {
                body.Raw(","u8);
            }

            PromptItem item = request.Prompt[i];
            if (item is PromptItem.ProviderItem own)
            {
                calls.Pass(own.Json);
                body.Stored(own.Json);
            }
            else if (item is PromptItem.CallOutput output)
            {
                body.Value((calls, output), static (json, answered) => answered.calls.WriteOutput(json, answered.output));
                if (calls.WordsBehind(output) is { } words)
                {
                    body.Raw(","u8);
                    body.Value(new PromptItem.UserMessage(words), WriteItem);
                }
            }
            else
            {
                body.Value(item, WriteItem);
            }
        }

        body.Raw("]}"u8);
        return body.ToBody();
    }

    private static void WriteHead(Utf8JsonWriter json, ModelRequest request, ModelCapabilities capabilities)
    {
        json.WriteStartObject();
        json.WriteString("model"u8, request.Model);

        // An answer in the background is the endpoint's to keep until it is fetched, which a stop of ours may delay by hours.
        json.WriteBoolean("store"u8, request.Background is not null);
        if (request.Background is not null)
        {
            json.WriteBoolean("background"u8, true);
        }

        json.WriteBoolean("stream"u8, true);
        json.WriteStartObject("stream_options"u8);
        json.WriteBoolean("include_obfuscation"u8, false);
        json.WriteEndObject();
        json.WriteStartArray("include"u8);
        json.WriteStringValue("reasoning.encrypted_content"u8);
        json.WriteEndArray();
        json.WriteString("prompt_cache_key"u8, request.CacheKey);
        json.WriteNumber("max_output_tokens"u8, request.MaxOutputTokens);

        if (capabilities.ServiceTier)
        {
            json.WriteString("service_tier"u8, "default"u8);
        }

        // One call at a time: the effects of calls in one turn are not ordered against each other by the model.
        json.WriteBoolean("parallel_tool_calls"u8, false);
        WriteTools(json, request.Tools, capabilities);
        json.WritePropertyName("input"u8);
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
            ProjectedTool.Write(json, tool, capabilities);
        }

        json.WriteEndArray();
    }

    private static void WriteItem(Utf8JsonWriter json, PromptItem item)
    {
        json.WriteStartObject();
        switch (item)
        {
            case PromptItem.Instructions instructions:
                WriteMessage(json, "developer"u8, instructions.Utf8.Span);
                break;
            case PromptItem.UserMessage message:
                WriteMessage(json, "user"u8, message.Utf8.Span);
                break;
            case PromptItem.AssistantText said:
                WriteMessage(json, "assistant"u8, Encoding.UTF8.GetBytes(said.Text));
                break;
            case PromptItem.AssistantCall { Call: var call }:
                json.WriteString("type"u8, "function_call"u8);
                json.WriteString("call_id"u8, call.CallId);
                json.WriteString("name"u8, call.Tool);
                json.WriteString("arguments"u8, call.Arguments);
                break;
            case PromptItem.CompactionTrigger:
                json.WriteString("type"u8, "compaction_trigger"u8);
                break;
            case PromptItem.ProviderItem or PromptItem.CallOutput:
                throw new ArgumentException("This is no item that is written here.", nameof(item));
        }

        json.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter json, ReadOnlySpan<byte> role, ReadOnlySpan<byte> text)
    {
        json.WriteString("type"u8, "message"u8);
        json.WriteString("role"u8, role);
        json.WriteString("content"u8, text);
    }
}
