using System.Text;
using System.Text.Json.Nodes;

namespace Orchestrator.Providers.Scripted.Chat;

/// <summary>An answer as a completion with one choice.</summary>
internal sealed class ChatAnswer(ScriptTurn turn, ScriptedRequest request, ScriptUsage usage, AnswerEnd end, DateTimeOffset createdAt) : IScriptedAnswer
{
    public ReadOnlyMemory<byte>? Receipt => null;

    private string FinishReason => end switch
    {
        AnswerEnd.Incomplete => "length",
        AnswerEnd.Filtered => "content_filter",
        _ when turn.Calls.Count > 0 => "tool_calls",
        _ => "stop",
    };

    /// <summary>What a call carries that only the model reads, and that must come back with it.</summary>
    public static string SignatureOf(string callId) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"the scripted model's thoughts before {callId}"));

    public ReadOnlyMemory<byte> Whole()
    {
        if (end == AnswerEnd.Failed)
        {
            return ScriptJson.Write(Error());
        }

        JsonObject message = new() { ["role"] = "assistant", ["content"] = null, ["refusal"] = null };
        bool isHalf = end != AnswerEnd.Completed;
        if (turn.Text is { } text)
        {
            message["content"] = isHalf && turn.Calls.Count == 0 ? ScriptJson.HalfOf(text) : text;
        }

        if (turn.Calls.Count > 0)
        {
            message["tool_calls"] = new JsonArray([.. turn.Calls.Select((call, index) =>
                Call(index, isHalf && index == turn.Calls.Count - 1 ? ScriptJson.HalfOf(call.Arguments) : call.Arguments))]);
        }

        JsonObject completion = Completion("chat.completion");
        completion["choices"] = new JsonArray(
            new JsonObject { ["index"] = 0, ["message"] = message, ["logprobs"] = null, ["finish_reason"] = FinishReason });
        completion["usage"] = Usage();
        return ScriptJson.Write(completion);
    }

    public IEnumerable<ScriptedEvent> Begin() => [Chunk(new JsonObject { ["role"] = "assistant", ["content"] = "" }, null)];

    public IEnumerable<ScriptedEvent> Items() => Deltas(isHalf: false);

    public IEnumerable<ScriptedEvent> ItemsUntilBreak() => Deltas(isHalf: true);

    public IEnumerable<ScriptedEvent> End()
    {
        if (end == AnswerEnd.Failed)
        {
            yield return new ScriptedEvent(null, ScriptJson.Write(Error()));
            yield break;
        }

        yield return Chunk([], FinishReason);
        if (request.WantsUsage)
        {
            JsonObject last = Completion("chat.completion.chunk");
            last["choices"] = new JsonArray();
            last["usage"] = Usage();
            yield return new ScriptedEvent(null, ScriptJson.Write(last));
        }

        yield return new ScriptedEvent(null, "[DONE]"u8.ToArray());
    }

    private IEnumerable<ScriptedEvent> Deltas(bool isHalf)
    {
        string text = turn.Text ?? "";
        foreach (string delta in ScriptJson.Deltas(isHalf && turn.Calls.Count == 0 ? ScriptJson.HalfOf(text) : text))
        {
            yield return Chunk(new JsonObject { ["content"] = delta }, null);
        }

        for (int i = 0; i < turn.Calls.Count; i++)
        {
            yield return CallChunk(i, Call(i, ""));
            string arguments = turn.Calls[i].Arguments;
            foreach (string delta in ScriptJson.Deltas(isHalf && i == turn.Calls.Count - 1 ? ScriptJson.HalfOf(arguments) : arguments))
            {
                yield return CallChunk(i, new JsonObject { ["function"] = new JsonObject { ["arguments"] = delta } });
            }
        }
    }

    private JsonObject Call(int index, string arguments)
    {
        string id = $"call_scripted_{request.Turn}_{index + 1}";
        return new JsonObject
        {
            ["id"] = id,
            ["type"] = "function",
            ["function"] = new JsonObject { ["name"] = turn.Calls[index].Tool, ["arguments"] = arguments },
            ["extra_content"] = new JsonObject { ["google"] = new JsonObject { ["thought_signature"] = SignatureOf(id) } },
        };
    }

    private ScriptedEvent CallChunk(int index, JsonObject call)
    {
        call.Insert(0, "index", index);
        return Chunk(new JsonObject { ["tool_calls"] = new JsonArray(call) }, null);
    }

    private ScriptedEvent Chunk(JsonObject delta, string? finishReason)
    {
        JsonObject chunk = Completion("chat.completion.chunk");
        chunk["choices"] = new JsonArray(
            new JsonObject { ["index"] = 0, ["delta"] = delta, ["logprobs"] = null, ["finish_reason"] = finishReason });
        if (request.WantsUsage)
        {
            chunk["usage"] = null;
        }

        return new ScriptedEvent(null, ScriptJson.Write(chunk));
    }

    private JsonObject Completion(string kind) => new()
    {
        ["id"] = $"chatcmpl_scripted_{request.Turn}",
        ["object"] = kind,
        ["created"] = createdAt.ToUnixTimeSeconds(),

        // It must be seen wherever an answer is shown that no language model gave it.
        ["model"] = "scripted",
        ["service_tier"] = "default",
    };

    private static JsonObject Error() => new()
    {
        ["error"] = new JsonObject
        {
            ["message"] = "The script asks for a failed answer here.",
            ["type"] = "server_error",
            ["param"] = null,
            ["code"] = "server_error",
        },
    };

    private JsonObject Usage() => new()
    {
        ["prompt_tokens"] = usage.InputTokens,
        ["completion_tokens"] = usage.OutputTokens,
        ["total_tokens"] = usage.InputTokens + usage.OutputTokens,
        ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = usage.CachedInputTokens },
    };
}
