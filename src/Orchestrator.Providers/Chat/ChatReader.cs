using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Chat;

/// <summary>Reads a Chat Completion off the wire. Only an answer with an end is an answer.</summary>
internal static class ChatReader
{
    /// <exception cref="EndOfStreamException">The stream ended before the answer did.</exception>
    /// <exception cref="JsonException">A chunk breaks the dialect.</exception>
    public static async Task<Attempt> ReadEventsAsync(Stream body, CancellationToken cancellationToken)
    {
        ChatAssembly assembly = new();
        SseParser<JsonElement?> chunks = SseParser.Create(
            body, static (_, data) => data.SequenceEqual("[DONE]"u8) ? (JsonElement?)null : JsonDocument.Parse(data.ToArray()).RootElement);
        await foreach (SseItem<JsonElement?> sse in chunks.EnumerateAsync(cancellationToken))
        {
            if (sse.Data is not { } chunk)
            {
                return assembly.HasEnded
                    ? ReadWhole(assembly)
                    : throw new JsonException("the stream says that it is done, and not why the answer ended");
            }

            if (chunk.Member("error") is { ValueKind: JsonValueKind.Object } error)
            {
                return EndpointError.From(error).AsFailure(ChatForm.Instance);
            }

            assembly.Add(chunk);
        }

        // OpenAI, vLLM, LiteLLM and Gemini say at last that they are done; what else is compatible may just close. The reason to stop is said
        // when nothing of the answer is left to come, and a connection that breaks is no end of its stream: only the usage can be missing.
        return assembly.HasEnded ? ReadWhole(assembly) : throw new EndOfStreamException("the stream ended before the answer did");
    }

    private static Attempt ReadWhole(ChatAssembly assembly) => Answer.Ended(() => ReadWhole(assembly.ToCompletion()));

    /// <exception cref="JsonException">The answer breaks the dialect.</exception>
    public static Attempt ReadWhole(JsonElement completion)
    {
        if (completion.Member("error") is { ValueKind: JsonValueKind.Object } error)
        {
            return EndpointError.From(error).AsFailure(ChatForm.Instance);
        }

        JsonElement choice = completion.Elements("choices").Cast<JsonElement?>().FirstOrDefault() ?? throw new JsonException("the answer has no choice");
        ReplyEnd end = FinishReason.EndOf(choice.Text("finish_reason"));
        OutputItem item = ChatItem.Parse(Replayable(choice.Member("message") ?? default, end));
        return Answer.Of(
            completion.Text("id"), completion.Text("model"), completion.Text("service_tier"), end, ReadUsage(completion), [item]);
    }

    /// <summary>The message as it may be shown again: without what only streams have, and without a call that was cut off.</summary>
    private static byte[] Replayable(JsonElement received, ReplyEnd end)
    {
        JsonObject message = JsonMerge.ToObject(received);
        DropNulls(message);
        message["role"] ??= "assistant";
        if (message["tool_calls"] is JsonArray calls)
        {
            foreach (JsonObject call in calls.OfType<JsonObject>())
            {
                call.Remove("index");
                DropNulls(call);
                DropNulls(call["function"] as JsonObject ?? []);
            }

            if (end != ReplyEnd.Completed && calls.Count > 0)
            {
                calls.RemoveAt(calls.Count - 1);
            }

            if (calls.Count == 0)
            {
                message.Remove("tool_calls");
            }
        }

        return JsonMerge.ToUtf8(message);
    }

    // Endpoints write members as null that they refuse to be shown; but an answer of calls alone has a content, and that is null. What
    // lies deeper is the endpoint's own, and may be signed.
    private static void DropNulls(JsonObject members)
    {
        foreach (string name in members.Where(member => member is { Value: null, Key: not "content" }).Select(member => member.Key).ToArray())
        {
            members.Remove(name);
        }
    }

    private static TokenUsage? ReadUsage(JsonElement completion)
    {
        if (completion.Member("usage") is not { } usage
            || usage.Number("prompt_tokens") is not { } input
            || usage.Number("completion_tokens") is not { } output)
        {
            return null;
        }

        // Where thoughts are counted in the total only, they are billed all the same.
        long answer = Math.Max(output, (usage.Number("total_tokens") ?? 0) - input);
        JsonElement? details = usage.Member("prompt_tokens_details");

        // Gateways tell of caches in the words of whoever is behind them; the input includes them in any.
        long? cached = details?.Number("cached_tokens") ?? usage.Number("cache_read_input_tokens");
        long? written = details?.Number("cache_write_tokens") ?? details?.Number("cache_creation_tokens") ?? usage.Number("cache_creation_input_tokens");
        return TokenUsage.Within(input, cached, written, answer);
    }
}
