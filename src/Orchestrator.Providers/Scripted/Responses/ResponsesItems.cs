using System.Text.Json;

namespace Orchestrator.Providers.Scripted.Responses;

/// <summary>
/// The output items of one scripted answer. They are a function of script and turn alone, so that a request that is repeated gets
/// the same answer. Their ids carry the turn's number.
/// </summary>
internal static class ResponsesItems
{
    private const int TokensForReasoning = 32;
    private const int BytesPerToken = 4;

    public static IReadOnlyList<ScriptedItem> Of(ScriptTurn turn, ScriptedRequest request)
    {
        if (request.AsksForCompaction)
        {
            return [Compaction(request.Turn - 1, turn.Text!)];
        }

        int number = request.Turn;
        List<ScriptedItem> items = [Reasoning(number)];
        if (turn.Text is { } text)
        {
            items.Add(Message($"msg_scripted_{number}_{items.Count}", text, isLast: turn.Calls.Count == 0));
        }

        foreach (ScriptCall call in turn.Calls)
        {
            items.Add(NativeItem.Of($"{number}_{items.Count}", call, request.NativeTools) ?? Call($"{number}_{items.Count}", call));
        }

        return items;
    }

    /// <summary>The tokens that a turn claims, or an estimate.</summary>
    public static ScriptUsage UsageOf(IReadOnlyList<ScriptedItem> items, ScriptTurn turn, ScriptedRequest request) => turn.Usage ?? new ScriptUsage(
        request.InputTokens, request.CachedTokens, TokensForReasoning + (items.Sum(item => item.Content.Length) / BytesPerToken));

    // What stands for a conversation up to and with a turn; the script goes on behind it.
    private static ScriptedItem Compaction(int lastTurn, string summary) => Sealed($"cmp_scripted_{lastTurn}_0", "compaction", summary, _ => { });

    private static ScriptedItem Reasoning(int turn) => Sealed($"rs_scripted_{turn}_0", "reasoning", $"the thoughts before turn {turn}", json =>
    {
        json.WriteStartArray("summary"u8);
        json.WriteEndArray();
    });

    private static ScriptedItem Sealed(string id, string type, string content, Action<Utf8JsonWriter> writeOpenPart) => new(id, ScriptedItemKind.Sealed, "", (json, _) =>
    {
        json.WriteString("id"u8, id);
        json.WriteString("type"u8, type);
        writeOpenPart(json);
        json.WriteString("encrypted_content"u8, SealedContent.Of(id, content));
    });

    private static ScriptedItem Message(string id, string text, bool isLast) => new(id, ScriptedItemKind.Message, text, (json, state) =>
    {
        json.WriteString("id"u8, id);
        json.WriteString("type"u8, "message"u8);
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("status"u8, state.Status);
        json.WriteString("phase"u8, isLast ? "final_answer"u8 : "commentary"u8);
        json.WriteStartArray("content"u8);
        if (state.Content.Length > 0 || state.Status == "completed")
        {
            WriteText(json, state.Content);
        }

        json.WriteEndArray();
    });

    private static ScriptedItem Call(string mark, ScriptCall call) =>
        new($"fc_scripted_{mark}", ScriptedItemKind.Call, call.Arguments, (json, state) =>
        {
            json.WriteString("id"u8, $"fc_scripted_{mark}");
            json.WriteString("type"u8, "function_call"u8);
            json.WriteString("status"u8, state.Status);
            json.WriteString("call_id"u8, $"call_scripted_{mark}");
            json.WriteString("name"u8, call.Tool);
            json.WriteString("arguments"u8, state.Content);
        });

    /// <summary>Writes the part that a message's text is.</summary>
    public static void WriteText(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "output_text"u8);
        json.WriteStartArray("annotations"u8);
        json.WriteEndArray();
        json.WriteStartArray("logprobs"u8);
        json.WriteEndArray();
        json.WriteString("text"u8, text);
        json.WriteEndObject();
    }
}

/// <summary>What an output item is, and so which events tell of it.</summary>
internal enum ScriptedItemKind
{
    /// <summary>Reasoning, or a compaction: it comes whole, and says nothing.</summary>
    Sealed,
    Message,
    Call,

    /// <summary>A call whose input is free text.</summary>
    Input,

    /// <summary>A call of one of the vendor's own tools, which comes whole.</summary>
    Native,
}

/// <summary>An output item that can be written begun, half and whole.</summary>
/// <param name="Id">The item's id.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Content">The text or the arguments; empty for a sealed item.</param>
/// <param name="Write">Writes the members of the item in a state.</param>
internal sealed record ScriptedItem(string Id, ScriptedItemKind Kind, string Content, Action<Utf8JsonWriter, ItemState> Write)
{
    public void WriteTo(Utf8JsonWriter json, ItemState state)
    {
        json.WriteStartObject();
        Write(json, state);
        json.WriteEndObject();
    }
}

/// <summary>How far an item has come.</summary>
internal sealed record ItemState(string Status, string Content);
