using System.Text.Json.Nodes;

namespace Orchestrator.Providers.Scripted.Messages;

/// <summary>An answer as a message with content blocks.</summary>
internal sealed class MessagesAnswer(string id, IReadOnlyList<ScriptedBlock> blocks, ScriptUsage usage, AnswerEnd end) : IScriptedAnswer
{
    public ReadOnlyMemory<byte>? Receipt => null;

    private string StopReason => end switch
    {
        AnswerEnd.Incomplete => "max_tokens",
        AnswerEnd.Filtered => "refusal",
        _ when blocks.Any(block => block.Type == "tool_use") => "tool_use",
        _ when IsCompaction => "compaction",
        _ => "end_turn",
    };

    private bool IsCompaction => blocks is [{ Type: "compaction" }];

    public ReadOnlyMemory<byte> Whole()
    {
        if (end == AnswerEnd.Failed)
        {
            return ScriptJson.Write(Error());
        }

        JsonObject message = Message();
        JsonArray content = [.. blocks.Select((block, index) =>
            block.With(end != AnswerEnd.Completed && index == blocks.Count - 1 ? ScriptJson.HalfOf(block.Content) : block.Content))];
        message["content"] = content;
        message["stop_reason"] = StopReason;
        message["usage"] = Usage(usage.OutputTokens);
        return ScriptJson.Write(message);
    }

    public IEnumerable<ScriptedEvent> Begin()
    {
        yield return Event("message_start", new JsonObject { ["message"] = Message() });
        yield return Event("ping", []);
    }

    public IEnumerable<ScriptedEvent> Items() => blocks.SelectMany((block, index) => Beginning(block, index, block.Content).Append(Stop(index)));

    public IEnumerable<ScriptedEvent> ItemsUntilBreak()
    {
        int last = blocks.Count - 1;
        return blocks.Take(last).SelectMany((block, index) => Beginning(block, index, block.Content).Append(Stop(index)))
            .Concat(Beginning(blocks[last], last, ScriptJson.HalfOf(blocks[last].Content)));
    }

    public IEnumerable<ScriptedEvent> End()
    {
        if (end == AnswerEnd.Failed)
        {
            yield return new ScriptedEvent("error", ScriptJson.Write(Error()));
            yield break;
        }

        if (end != AnswerEnd.Completed)
        {
            yield return Stop(blocks.Count - 1);
        }

        yield return Event("message_delta", new JsonObject
        {
            ["delta"] = new JsonObject { ["stop_reason"] = StopReason, ["stop_sequence"] = null },
            ["usage"] = Usage(usage.OutputTokens),
        });
        yield return Event("message_stop", []);
    }

    private static IEnumerable<ScriptedEvent> Beginning(ScriptedBlock block, int index, string content)
    {
        yield return Event("content_block_start", new JsonObject { ["index"] = index, ["content_block"] = block.Start.DeepClone() });
        if (block.Type == "compaction")
        {
            JsonObject whole = block.With(content);
            whole["type"] = "compaction_delta";
            yield return Event("content_block_delta", new JsonObject { ["index"] = index, ["delta"] = whole });
            yield break;
        }

        if (block.Signature.Length > 0)
        {
            yield return Delta(index, "signature_delta", "signature", block.Signature);
        }

        foreach (string delta in ScriptJson.Deltas(content))
        {
            yield return block.Type == "text"
                ? Delta(index, "text_delta", "text", delta)
                : Delta(index, "input_json_delta", "partial_json", delta);
        }
    }

    private static ScriptedEvent Stop(int index) => Event("content_block_stop", new JsonObject { ["index"] = index });

    private static ScriptedEvent Delta(int index, string type, string member, string value) => Event(
        "content_block_delta", new JsonObject { ["index"] = index, ["delta"] = new JsonObject { ["type"] = type, [member] = value } });

    private static ScriptedEvent Event(string type, JsonObject members)
    {
        members.Insert(0, "type", type);
        return new ScriptedEvent(type, ScriptJson.Write(members));
    }

    private static JsonObject Error() =>
        MessagesDialect.ErrorOf(new Refusal("The script asks for a failed answer here.", null, null) { Status = 529 });

    private JsonObject Message() => new()
    {
        ["id"] = id,
        ["type"] = "message",
        ["role"] = "assistant",

        // It must be seen wherever an answer is shown that no language model gave it.
        ["model"] = "scripted",
        ["content"] = new JsonArray(),
        ["stop_reason"] = null,
        ["stop_sequence"] = null,
        ["usage"] = Usage(1),
    };

    // A compaction is billed, and is no part of the sum.
    private JsonObject Usage(long outputTokens)
    {
        JsonObject sum = IsCompaction ? Tokens(0, 0, 0) : TokensOf(outputTokens);
        sum["service_tier"] = "standard";
        if (IsCompaction)
        {
            JsonObject part = TokensOf(outputTokens);
            part["type"] = "compaction";
            sum["iterations"] = new JsonArray(part);
        }

        return sum;
    }

    // Here cached tokens are no part of the input's.
    private JsonObject TokensOf(long outputTokens) => Tokens(usage.InputTokens - usage.CachedInputTokens, usage.CachedInputTokens, outputTokens);

    private static JsonObject Tokens(long input, long cached, long output) => new()
    {
        ["input_tokens"] = input,
        ["cache_creation_input_tokens"] = 0,
        ["cache_read_input_tokens"] = cached,
        ["output_tokens"] = output,
    };
}
