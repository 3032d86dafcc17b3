using System.Buffers;
using System.Text.Json;

namespace Orchestrator.Providers.Scripted;

/// <summary>The response object around a scripted answer, in each of its states.</summary>
internal sealed class ScriptedResponse(ScriptedAnswer answer, DateTimeOffset createdAt)
{
    public ReadOnlyMemory<byte> ToJson(string status)
    {
        ArrayBufferWriter<byte> written = new();
        using (Utf8JsonWriter json = new(written, ScriptedAnswer.WriterOptions))
        {
            Write(json, status);
        }

        return written.WrittenMemory;
    }

    /// <param name="json">Where to write to.</param>
    /// <param name="status"><c>in_progress</c>, <c>completed</c>, <c>failed</c> or <c>incomplete</c>.</param>
    public void Write(Utf8JsonWriter json, string status)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, answer.Id);
        json.WriteString("object"u8, "response"u8);
        json.WriteNumber("created_at"u8, createdAt.ToUnixTimeSeconds());
        json.WriteString("status"u8, status);

        // It must be seen wherever an answer is shown that no language model gave it.
        json.WriteString("model"u8, "scripted"u8);
        WriteError(json, status);
        WriteIncompleteDetails(json, status);
        json.WriteNull("instructions"u8);
        json.WriteStartObject("metadata"u8);
        json.WriteEndObject();
        json.WriteBoolean("parallel_tool_calls"u8, false);
        json.WriteString("service_tier"u8, "default"u8);
        json.WriteBoolean("store"u8, false);
        json.WriteNull("temperature"u8);
        json.WriteNull("top_p"u8);
        json.WriteString("tool_choice"u8, "auto"u8);
        json.WriteStartArray("tools"u8);
        json.WriteEndArray();
        WriteOutput(json, status);
        WriteUsage(json, status);
        json.WriteEndObject();
    }

    private static void WriteError(Utf8JsonWriter json, string status)
    {
        if (status != "failed")
        {
            json.WriteNull("error"u8);
            return;
        }

        json.WriteStartObject("error"u8);
        json.WriteString("code"u8, "server_error"u8);
        json.WriteString("message"u8, "The script asks for a failed response here."u8);
        json.WriteEndObject();
    }

    private void WriteIncompleteDetails(Utf8JsonWriter json, string status)
    {
        if (status != "incomplete")
        {
            json.WriteNull("incomplete_details"u8);
            return;
        }

        json.WriteStartObject("incomplete_details"u8);
        json.WriteString("reason"u8, answer.IsFiltered ? "content_filter"u8 : "max_output_tokens"u8);
        json.WriteEndObject();
    }

    private void WriteOutput(Utf8JsonWriter json, string status)
    {
        json.WriteStartArray("output"u8);
        int last = answer.Items.Count - 1;
        for (int i = 0; i <= last && status is "completed" or "incomplete"; i++)
        {
            bool isHalf = status == "incomplete" && i == last;
            json.WriteRawValue(isHalf
                ? answer.Items[i].ToJson("incomplete", answer.Items[i].HalfContent)
                : answer.Items[i].ToJson("completed", answer.Items[i].Content));
        }

        json.WriteEndArray();
    }

    private void WriteUsage(Utf8JsonWriter json, string status)
    {
        if (status == "in_progress")
        {
            json.WriteNull("usage"u8);
            return;
        }

        ScriptUsage usage = answer.Usage;
        json.WriteStartObject("usage"u8);
        json.WriteNumber("input_tokens"u8, usage.InputTokens);
        json.WriteStartObject("input_tokens_details"u8);
        json.WriteNumber("cached_tokens"u8, usage.CachedInputTokens);
        json.WriteNumber("cache_write_tokens"u8, 0);
        json.WriteEndObject();
        json.WriteNumber("output_tokens"u8, usage.OutputTokens);
        json.WriteStartObject("output_tokens_details"u8);
        json.WriteNumber("reasoning_tokens"u8, 0);
        json.WriteEndObject();
        json.WriteNumber("total_tokens"u8, usage.InputTokens + usage.OutputTokens);
        json.WriteEndObject();
    }
}
