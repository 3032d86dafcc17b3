using System.Buffers;
using System.Text.Json;

namespace Orchestrator.Providers.Scripted;

/// <summary>One event of a stream.</summary>
internal sealed record ScriptedEvent(string Type, ReadOnlyMemory<byte> Json);

/// <summary>Tells an answer as the dialect's events, in their order, numbered.</summary>
internal sealed class AnswerEvents(ScriptedAnswer answer, ScriptedResponse response)
{
    private const int LettersPerDelta = 64;

    private int _next;

    public IEnumerable<ScriptedEvent> Begin()
    {
        yield return OfResponse("response.created", "in_progress");
        yield return OfResponse("response.in_progress", "in_progress");
    }

    public IEnumerable<ScriptedEvent> Items() => answer.Items.SelectMany((item, index) => Item(item, index));

    /// <summary>The answer's items up to the middle of the last one.</summary>
    public IEnumerable<ScriptedEvent> ItemsUntilBreak()
    {
        int last = answer.Items.Count - 1;
        return answer.Items.Take(last).SelectMany((item, index) => Item(item, index))
            .Concat(Beginning(answer.Items[last], last, answer.Items[last].HalfContent));
    }

    /// <summary>The last item as it is when the token limit cuts it.</summary>
    public ScriptedEvent HalfItemDone()
    {
        int last = answer.Items.Count - 1;
        return OfItem("response.output_item.done", last, answer.Items[last].ToJson("incomplete", answer.Items[last].HalfContent));
    }

    public ScriptedEvent End(string status) => OfResponse($"response.{status}", status);

    private IEnumerable<ScriptedEvent> Item(ScriptedItem item, int index)
    {
        foreach (ScriptedEvent beginning in Beginning(item, index, item.Content))
        {
            yield return beginning;
        }

        switch (item.Kind)
        {
            case ScriptedItemKind.Message:
                yield return OfPart("response.output_text.done", item, index, json => json.WriteString("text"u8, item.Content));
                yield return OfPart("response.content_part.done", item, index, json => WritePart(json, item.Content));
                break;
            case ScriptedItemKind.Call:
                yield return OfArguments("response.function_call_arguments.done", item, index, "arguments", item.Content);
                break;
            case ScriptedItemKind.Sealed:
                break;
        }

        yield return OfItem("response.output_item.done", index, item.ToJson("completed", item.Content));
    }

    private IEnumerable<ScriptedEvent> Beginning(ScriptedItem item, int index, string content)
    {
        yield return OfItem("response.output_item.added", index, item.ToJson("in_progress", ""));
        if (item.Kind == ScriptedItemKind.Message)
        {
            yield return OfPart("response.content_part.added", item, index, json => WritePart(json, ""));
        }

        foreach (string delta in Deltas(content))
        {
            yield return item.Kind == ScriptedItemKind.Message
                ? OfPart("response.output_text.delta", item, index, json => json.WriteString("delta"u8, delta))
                : OfArguments("response.function_call_arguments.delta", item, index, "delta", delta);
        }
    }

    private static IEnumerable<string> Deltas(string content)
    {
        for (int start = 0; start < content.Length;)
        {
            int length = Math.Min(LettersPerDelta, content.Length - start);

            // A letter of two halves must not be torn: each half alone is no text.
            length += char.IsHighSurrogate(content[start + length - 1]) && start + length < content.Length ? 1 : 0;
            yield return content.Substring(start, length);
            start += length;
        }
    }

    private ScriptedEvent OfResponse(string type, string status) => Event(type, json =>
    {
        json.WritePropertyName("response"u8);
        response.Write(json, status);
    });

    private ScriptedEvent OfItem(string type, int index, byte[] item) => Event(type, json =>
    {
        json.WriteNumber("output_index"u8, index);
        json.WritePropertyName("item"u8);
        json.WriteRawValue(item);
    });

    private ScriptedEvent OfArguments(string type, ScriptedItem item, int index, string member, string value) => Event(type, json =>
    {
        json.WriteString("item_id"u8, item.Id);
        json.WriteNumber("output_index"u8, index);
        json.WriteString(member, value);
    });

    private ScriptedEvent OfPart(string type, ScriptedItem item, int index, Action<Utf8JsonWriter> write) => Event(type, json =>
    {
        json.WriteString("item_id"u8, item.Id);
        json.WriteNumber("output_index"u8, index);
        json.WriteNumber("content_index"u8, 0);
        if (type.StartsWith("response.output_text.", StringComparison.Ordinal))
        {
            json.WriteStartArray("logprobs"u8);
            json.WriteEndArray();
        }

        write(json);
    });

    private static void WritePart(Utf8JsonWriter json, string text)
    {
        json.WritePropertyName("part"u8);
        ScriptedAnswer.WriteText(json, text);
    }

    private ScriptedEvent Event(string type, Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> written = new();
        using (Utf8JsonWriter json = new(written, ScriptedAnswer.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, type);
            json.WriteNumber("sequence_number"u8, _next++);
            write(json);
            json.WriteEndObject();
        }

        return new ScriptedEvent(type, written.WrittenMemory);
    }
}
