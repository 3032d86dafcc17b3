using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Providers.Responses;

/// <summary>
/// Writes a request in the Responses dialect. Everything but the prompt comes first and is the same for a whole run, but for the
/// answer's limit near the budget's end, and an item is written the same way every time: so the input of one turn is a prefix of the
/// next one's.
/// </summary>
internal static class RequestWriter
{
    private const int BytesAroundAnItem = 96;

    private static readonly JsonWriterOptions WriterOptions = new()
    {
        // The default encoder is made for HTML: it would blow source code up by a third.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static RequestBody Write(ModelRequest request)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(request.MaxOutputTokens, 16);

        ArrayBufferWriter<byte> written = new(EstimatedLength(request));
        List<StoredItem> stored = [];
        WriteHead(written, request);
        for (int i = 0; i < request.Prompt.Count; i++)
        {
            if (i > 0)
            {
                written.Write(","u8);
            }

            if (request.Prompt[i] is PromptItem.ProviderItem item)
            {
                stored.Add(new StoredItem(written.WrittenCount, item.Json));
            }
            else
            {
                WriteItem(written, request.Prompt[i]);
            }
        }

        written.Write("]}"u8);
        return new RequestBody(Weave(written.WrittenMemory, stored));
    }

    // Only now: the buffer moves while it grows.
    private static List<ReadOnlyMemory<byte>> Weave(ReadOnlyMemory<byte> written, List<StoredItem> stored)
    {
        List<ReadOnlyMemory<byte>> segments = new((stored.Count * 2) + 1);
        int from = 0;
        foreach (StoredItem item in stored)
        {
            segments.Add(written[from..item.At]);
            segments.Add(item.Json);
            from = item.At;
        }

        segments.Add(written[from..]);
        return segments;
    }

    private static void WriteHead(ArrayBufferWriter<byte> written, ModelRequest request)
    {
        using Utf8JsonWriter json = new(written, WriterOptions);
        json.WriteStartObject();
        json.WriteString("model"u8, request.Model);
        json.WriteBoolean("store"u8, false);
        json.WriteBoolean("stream"u8, true);
        json.WriteStartObject("stream_options"u8);
        json.WriteBoolean("include_obfuscation"u8, false);
        json.WriteEndObject();
        json.WriteStartArray("include"u8);
        json.WriteStringValue("reasoning.encrypted_content"u8);
        json.WriteEndArray();
        json.WriteString("prompt_cache_key"u8, request.CacheKey);
        json.WriteNumber("max_output_tokens"u8, request.MaxOutputTokens);

        // One call at a time: the effects of calls in one turn are not ordered against each other by the model.
        json.WriteBoolean("parallel_tool_calls"u8, false);
        WriteTools(json, request.Tools);
        json.WritePropertyName("input"u8);
        json.Flush();
        written.Write("["u8);
    }

    private static void WriteTools(Utf8JsonWriter json, IReadOnlyList<ToolDefinition> tools)
    {
        if (tools.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tools"u8);
        foreach (ToolDefinition tool in tools)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "function"u8);
            json.WriteString("name"u8, tool.Name);
            json.WriteString("description"u8, tool.Description);
            json.WritePropertyName("parameters"u8);
            json.WriteRawValue(tool.Parameters);

            // Strict mode takes only schemas in which every property is required; ours have optional ones.
            json.WriteBoolean("strict"u8, false);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteItem(ArrayBufferWriter<byte> written, PromptItem item)
    {
        using Utf8JsonWriter json = new(written, WriterOptions);
        json.WriteStartObject();
        switch (item)
        {
            case PromptItem.Instructions instructions:
                WriteMessage(json, "developer"u8, instructions.Text);
                break;
            case PromptItem.UserMessage message:
                WriteMessage(json, "user"u8, message.Text);
                break;
            case PromptItem.CallOutput output:
                json.WriteString("type"u8, "function_call_output"u8);
                json.WriteString("call_id"u8, output.CallId);
                json.WriteString("output"u8, output.Text);
                break;
            case PromptItem.ProviderItem:
                throw new ArgumentException("A provider's item is sent as it is stored, never written.", nameof(item));
        }

        json.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter json, ReadOnlySpan<byte> role, string text)
    {
        json.WriteString("type"u8, "message"u8);
        json.WriteString("role"u8, role);
        json.WriteString("content"u8, text);
    }

    private static int EstimatedLength(ModelRequest request)
    {
        long texts = request.Prompt.Sum(item => BytesAroundAnItem + (long)(item switch
        {
            PromptItem.Instructions instructions => instructions.Text.Length,
            PromptItem.UserMessage message => message.Text.Length,
            PromptItem.CallOutput output => output.Text.Length,
            PromptItem.ProviderItem => 0,
        }));
        long tools = request.Tools.Sum(tool => BytesAroundAnItem + (long)tool.Description.Length + tool.Parameters.Length);

        // An eighth more for quotes, line ends and letters beyond ASCII; a wrong guess costs one more copy.
        return (int)Math.Min(1024 + ((texts + tools) * 9 / 8), Array.MaxLength);
    }

    /// <summary>An item that is sent as it is stored.</summary>
    /// <param name="At">Where it belongs among the written bytes.</param>
    /// <param name="Json">The item.</param>
    private readonly record struct StoredItem(int At, ReadOnlyMemory<byte> Json);
}
