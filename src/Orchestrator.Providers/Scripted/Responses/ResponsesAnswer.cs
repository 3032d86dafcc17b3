using System.Text.Json;

namespace Orchestrator.Providers.Scripted.Responses;

/// <summary>Tells an answer as the dialect's events, in their order, numbered.</summary>
internal sealed class ResponsesAnswer(ResponseObject response) : IScriptedAnswer
{
    private int _next;

    public ReadOnlyMemory<byte>? Receipt => response.IsBackground ? response.ToJson("queued") : (ReadOnlyMemory<byte>?)null;

    public ReadOnlyMemory<byte> Whole() => response.ToJson(response.FinalStatus);

    public IEnumerable<ScriptedEvent> Begin()
    {
        yield return OfResponse("response.created", "in_progress");
        yield return OfResponse("response.in_progress", "in_progress");
    }

    public IEnumerable<ScriptedEvent> Items() => response.Items.SelectMany(Item);

    public IEnumerable<ScriptedEvent> ItemsUntilBreak()
    {
        int last = response.Items.Count - 1;
        return response.Items.Take(last).SelectMany(Item)
            .Concat(Beginning(response.Items[last], last, ScriptJson.HalfOf(response.Items[last].Content)));
    }

    public IEnumerable<ScriptedEvent> End()
    {
        if (response.FinalStatus == "incomplete")
        {
            // The last item, as it is when the token limit cuts it.
            ScriptedItem half = response.Items[^1];
            yield return OfItem(
                "response.output_item.done", half, response.Items.Count - 1, new ItemState("incomplete", ScriptJson.HalfOf(half.Content)));
        }

        yield return OfResponse($"response.{response.FinalStatus}", response.FinalStatus);
    }

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
            case ScriptedItemKind.Input:
                yield return OfArguments("response.custom_tool_call_input.done", item, index, "input", item.Content);
                break;
            case ScriptedItemKind.Sealed or ScriptedItemKind.Native:
                break;
        }

        yield return OfItem("response.output_item.done", item, index, new ItemState("completed", item.Content));
    }

    private IEnumerable<ScriptedEvent> Beginning(ScriptedItem item, int index, string content)
    {
        yield return OfItem("response.output_item.added", item, index, new ItemState("in_progress", ""));
        if (item.Kind == ScriptedItemKind.Message)
        {
            yield return OfPart("response.content_part.added", item, index, json => WritePart(json, ""));
        }

        foreach (string delta in item.Kind == ScriptedItemKind.Native ? [] : ScriptJson.Deltas(content))
        {
            yield return item.Kind switch
            {
                ScriptedItemKind.Message => OfPart("response.output_text.delta", item, index, json => json.WriteString("delta"u8, delta)),
                ScriptedItemKind.Input => OfArguments("response.custom_tool_call_input.delta", item, index, "delta", delta),
                _ => OfArguments("response.function_call_arguments.delta", item, index, "delta", delta),
            };
        }
    }

    private ScriptedEvent OfResponse(string type, string status) => Event(type, json =>
    {
        json.WritePropertyName("response"u8);
        response.Write(json, status);
    });

    private ScriptedEvent OfItem(string type, ScriptedItem item, int index, ItemState state) => Event(type, json =>
    {
        json.WriteNumber("output_index"u8, index);
        json.WritePropertyName("item"u8);
        item.WriteTo(json, state);
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
        ResponsesItems.WriteText(json, text);
    }

    private ScriptedEvent Event(string type, Action<Utf8JsonWriter> write) => new(type, ScriptJson.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("type"u8, type);
        json.WriteNumber("sequence_number"u8, _next++);
        write(json);
        json.WriteEndObject();
    }));
}
