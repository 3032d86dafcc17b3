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
                return ReadWhole(assembly.ToCompletion());
            }

            if (chunk.Member("error") is { ValueKind: JsonValueKind.Object } error)
            {
                return EndpointError.From(error).AsFailure(ChatForm.Instance);
            }

            assembly.Add(chunk);
        }

        throw new EndOfStreamException("the stream ended before the answer did");
    }

    /// <exception cref="JsonException">The answer breaks the dialect.</exception>
    public static Attempt ReadWhole(JsonElement completion)
    {
        if (completion.Member("error") is { ValueKind: JsonValueKind.Object } error)
        {
            return EndpointError.From(error).AsFailure(ChatForm.Instance);
        }

        JsonElement choice = completion.Elements("choices").Cast<JsonElement?>().FirstOrDefault() ?? throw new JsonException("the answer has no choice");
        ReplyEnd end = choice.Text("finish_reason") switch
        {
            "stop" or "tool_calls" or "function_call" => ReplyEnd.Completed,
            "length" => ReplyEnd.MaxOutputTokens,
            "content_filter" => ReplyEnd.Refused,
            var other => throw new JsonException($"the answer finished for \"{other}\""),
        };
        OutputItem item = ChatItem.Parse(Replayable(choice.Member("message") ?? default, end));
        return Answer.Of(
            completion.Text("id"), completion.Text("model"), completion.Text("service_tier"), end, ReadUsage(completion), [item]);
    }

    /// <summary>The message as it may be shown again: without what only streams have, and without a call that was cut off.</summary>
    private static byte[] Replayable(JsonElement received, ReplyEnd end)
    {
        JsonObject message = JsonMerge.ToObject(received);
        message["role"] ??= "assistant";
        if (message["tool_calls"] is JsonArray calls)
        {
            foreach (JsonObject call in calls.OfType<JsonObject>())
            {
                call.Remove("index");
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
        return TokenUsage.Within(input, usage.Member("prompt_tokens_details")?.Number("cached_tokens"), cacheWrites: null, answer);
    }
}
