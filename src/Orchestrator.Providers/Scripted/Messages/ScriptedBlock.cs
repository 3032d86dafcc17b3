using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Providers.Scripted.Messages;

/// <summary>A content block of an answer, as a function of script and turn alone.</summary>
/// <param name="Start">The block without what it holds, as a stream begins it.</param>
/// <param name="Content">The text, or the arguments of a call; empty for thinking.</param>
internal sealed record ScriptedBlock(JsonObject Start, string Content)
{
    private const string SealPrefix = "scripted thoughts before turn ";

    public string Type => (string)Start["type"]!;

    /// <summary>What comes with a block of thinking or a compaction, and must come back as it was; empty for others.</summary>
    public string Signature { get; private init; } = "";

    public static IReadOnlyList<ScriptedBlock> Of(ScriptTurn turn, int number)
    {
        List<ScriptedBlock> blocks =
        [
            new(new JsonObject { ["type"] = "thinking", ["thinking"] = "", ["signature"] = "" }, "") { Signature = SignatureOf(number) },
        ];
        if (turn.Text is { Length: > 0 } text)
        {
            blocks.Add(new ScriptedBlock(new JsonObject { ["type"] = "text", ["text"] = "" }, text));
        }

        foreach (ScriptCall call in turn.Calls)
        {
            JsonObject start = new()
            {
                ["type"] = "tool_use",
                ["id"] = $"toolu_scripted_{number}_{blocks.Count}",
                ["name"] = call.Tool,
                ["input"] = new JsonObject(),
            };
            blocks.Add(new ScriptedBlock(start, call.Arguments));
        }

        return blocks;
    }

    /// <summary>What stands for a conversation up to and with a turn; the script goes on behind it.</summary>
    public static ScriptedBlock Compaction(int lastTurn, string summary) =>
        new(new JsonObject { ["type"] = "compaction", ["content"] = null }, summary) { Signature = SignatureOf(lastTurn) };

    /// <summary>The whole block, or as much of it as a token limit leaves.</summary>
    public JsonObject With(string content)
    {
        JsonObject block = (JsonObject)Start.DeepClone();
        switch (Type)
        {
            case "thinking":
                block["signature"] = Signature;
                break;
            case "text":
                block["text"] = content;
                break;
            case "compaction":
                block["content"] = content;
                block["encrypted_content"] = Signature;
                break;
            default:
                block["input"] = AsObject(content);
                break;
        }

        return block;
    }

    /// <summary>The turn whose thinking a signature seals; null for other models' signatures.</summary>
    public static int? TurnOfSignature(string? signature)
    {
        Span<byte> bytes = stackalloc byte[128];
        return signature is { Length: < 128 } && Convert.TryFromBase64String(signature, bytes, out int length)
            && Encoding.UTF8.GetString(bytes[..length]) is { } text && text.StartsWith(SealPrefix, StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(SealPrefix.Length), out int turn)
                ? turn
                : null;
    }

    private static string SignatureOf(int turn) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{SealPrefix}{turn}"));

    // The service sends objects only; arguments that are none can be had from a stream, where they come as text.
    private static JsonObject AsObject(string arguments)
    {
        try
        {
            return JsonNode.Parse(arguments) as JsonObject ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
