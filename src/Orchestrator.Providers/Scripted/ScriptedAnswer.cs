using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Orchestrator.Providers.Scripted;

/// <summary>
/// The output items of one scripted answer. They are a function of script and turn alone, so that a request that is repeated gets
/// the same answer. Their ids carry the turn's number.
/// </summary>
internal sealed class ScriptedAnswer
{
    private const int TokensForReasoning = 32;
    private const int BytesPerToken = 4;

    /// <summary>Escapes no more than JSON demands.</summary>
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public ScriptedAnswer(ScriptTurn turn, ScriptedRequest request)
    {
        Id = $"resp_scripted_{request.Turn}";
        List<ScriptedItem> items = [turn.IsCompaction ? Compaction(request.Turn - 1, turn.Text!) : Reasoning(request.Turn)];
        if (turn.Text is { } text && !turn.IsCompaction)
        {
            items.Add(Message($"msg_scripted_{request.Turn}_{items.Count}", text, isLast: turn.Calls.Count == 0));
        }

        foreach (ScriptCall call in turn.Calls)
        {
            items.Add(Call($"{request.Turn}_{items.Count}", call));
        }

        Items = items;
        Usage = turn.Usage ?? new ScriptUsage(
            request.InputTokens, request.CachedTokens, TokensForReasoning + (items.Sum(item => item.Content.Length) / BytesPerToken));
    }

    public string Id { get; }

    public IReadOnlyList<ScriptedItem> Items { get; }

    public ScriptUsage Usage { get; }

    /// <summary>The answer ends because of the content filter, if it ends incomplete.</summary>
    public bool IsFiltered { get; init; }

    private static ScriptedItem Reasoning(int turn) => Sealed($"rs_scripted_{turn}_0", "reasoning", $"the scripted model's thoughts before turn {turn}", json =>
    {
        json.WriteStartArray("summary"u8);
        json.WriteEndArray();
    });

    private static ScriptedItem Compaction(int turn, string summary) => Sealed($"cmp_scripted_{turn}_0", "compaction", summary, _ => { });

    private static ScriptedItem Sealed(string id, string type, string content, Action<Utf8JsonWriter> writeOpenPart) => new(id, ScriptedItemKind.Sealed, "", (json, _) =>
    {
        json.WriteString("id"u8, id);
        json.WriteString("type"u8, type);
        writeOpenPart(json);
        json.WriteString("encrypted_content"u8, Convert.ToBase64String(Encoding.UTF8.GetBytes(content)));
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
}

/// <summary>An output item that can be written begun, half and whole.</summary>
/// <param name="Id">The item's id.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Content">The text or the arguments; empty for a sealed item.</param>
/// <param name="Write">Writes the members of the item in a state.</param>
internal sealed record ScriptedItem(string Id, ScriptedItemKind Kind, string Content, Action<Utf8JsonWriter, ItemState> Write)
{
    /// <summary>The half of the content that arrives before an answer breaks off.</summary>
    public string HalfContent => Content[..(Content.Length / 2)];

    public byte[] ToJson(string status, string content)
    {
        ArrayBufferWriter<byte> written = new();
        using (Utf8JsonWriter json = new(written, ScriptedAnswer.WriterOptions))
        {
            json.WriteStartObject();
            Write(json, new ItemState(status, content));
            json.WriteEndObject();
        }

        return written.WrittenSpan.ToArray();
    }
}

/// <summary>How far an item has come.</summary>
internal sealed record ItemState(string Status, string Content);
