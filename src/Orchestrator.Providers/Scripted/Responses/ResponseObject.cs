using System.Text.Json;

namespace Orchestrator.Providers.Scripted.Responses;

/// <summary>The response object around a scripted answer, in each of its states.</summary>
/// <param name="Id">The response's id.</param>
/// <param name="Items">The output.</param>
/// <param name="Usage">Tokens.</param>
/// <param name="End">How the answer ends.</param>
/// <param name="CreatedAt">When it was asked for.</param>
internal sealed record ResponseObject(
    string Id, IReadOnlyList<ScriptedItem> Items, ScriptUsage Usage, AnswerEnd End, DateTimeOffset CreatedAt)
{
    public bool IsBackground { get; init; }

    /// <summary>The status that the answer ends in.</summary>
    public string FinalStatus => End switch
    {
        AnswerEnd.Failed => "failed",
        AnswerEnd.Incomplete or AnswerEnd.Filtered => "incomplete",
        AnswerEnd.Completed => "completed",
    };

    public ReadOnlyMemory<byte> ToJson(string status) => ScriptJson.Write(json => Write(json, status));

    /// <param name="json">Where to write to.</param>
    /// <param name="status"><c>queued</c>, <c>in_progress</c>, <c>cancelled</c> or the final one.</param>
    public void Write(Utf8JsonWriter json, string status)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, Id);
        json.WriteString("object"u8, "response"u8);
        json.WriteNumber("created_at"u8, CreatedAt.ToUnixTimeSeconds());
        json.WriteString("status"u8, status);

        // It must be seen wherever an answer is shown that no language model gave it.
        json.WriteString("model"u8, "scripted"u8);
        WriteError(json, status);
        WriteIncompleteDetails(json, status);
        json.WriteNull("instructions"u8);
        json.WriteStartObject("metadata"u8);
        json.WriteEndObject();
        json.WriteBoolean("background"u8, IsBackground);
        json.WriteBoolean("parallel_tool_calls"u8, false);
        json.WriteString("service_tier"u8, "default"u8);
        json.WriteBoolean("store"u8, IsBackground);
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
        json.WriteString("reason"u8, End == AnswerEnd.Filtered ? "content_filter"u8 : "max_output_tokens"u8);
        json.WriteEndObject();
    }

    private void WriteOutput(Utf8JsonWriter json, string status)
    {
        json.WriteStartArray("output"u8);
        int last = Items.Count - 1;
        for (int i = 0; i <= last && status is "completed" or "incomplete"; i++)
        {
            bool isHalf = status == "incomplete" && i == last;
            Items[i].WriteTo(json, isHalf ? new ItemState("incomplete", ScriptJson.HalfOf(Items[i].Content)) : new ItemState("completed", Items[i].Content));
        }

        json.WriteEndArray();
    }

    private void WriteUsage(Utf8JsonWriter json, string status)
    {
        if (status is "queued" or "in_progress" or "cancelled")
        {
            json.WriteNull("usage"u8);
            return;
        }

        json.WritePropertyName("usage"u8);
        WriteUsage(json, Usage);
    }

    public static void WriteUsage(Utf8JsonWriter json, ScriptUsage usage)
    {
        json.WriteStartObject();
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
