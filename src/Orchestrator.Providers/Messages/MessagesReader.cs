using System.Net.ServerSentEvents;
using System.Runtime.InteropServices;
using System.Text.Json;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Messages;

/// <summary>Reads an answer in the Messages dialect off the wire. Only an answer with an end is an answer.</summary>
internal static class MessagesReader
{
    /// <exception cref="EndOfStreamException">The stream ended before the answer did.</exception>
    /// <exception cref="JsonException">An event breaks the dialect.</exception>
    public static async Task<Attempt> ReadEventsAsync(Stream body, CancellationToken cancellationToken)
    {
        MessageAssembly assembly = new();
        SseParser<JsonElement> events = SseParser.Create(body, static (_, data) => JsonDocument.Parse(data.ToArray()).RootElement);
        await foreach (SseItem<JsonElement> sse in events.EnumerateAsync(cancellationToken))
        {
            JsonElement data = sse.Data;
            switch (data.Text("type"))
            {
                case "message_start":
                    assembly.Start(data.Member("message") ?? default);
                    break;
                case "content_block_start":
                    assembly.StartBlock(IndexOf(data), data.Member("content_block") ?? default);
                    break;
                case "content_block_delta":
                    assembly.Change(IndexOf(data), data.Member("delta") ?? default);
                    break;
                case "content_block_stop":
                    assembly.EndBlock(IndexOf(data));
                    break;
                case "message_delta":
                    assembly.End(data.Member("delta"), data.Member("usage"));
                    break;
                case "message_stop":
                    return Answer.Ended(() => ReadWhole(assembly.ToMessage(isCut: IsCut(assembly.StopReason) || IsRefusal(assembly.StopReason))));
                case "error":
                    return EndpointError.From(data.Member("error") ?? data).AsFailure(MessagesForm.Instance);
            }
        }

        throw new EndOfStreamException("the stream ended before the answer did");
    }

    /// <exception cref="JsonException">The answer breaks the dialect.</exception>
    public static Attempt ReadWhole(JsonElement message)
    {
        if (message.Text("type") == "error")
        {
            return EndpointError.From(message.Member("error") ?? message).AsFailure(MessagesForm.Instance);
        }

        string? stop = message.Text("stop_reason");
        ReplyEnd end = stop switch
        {
            "end_turn" or "tool_use" or "stop_sequence" or "compaction" => ReplyEnd.Completed,
            _ when IsRefusal(stop) => ReplyEnd.Refused,
            _ when IsCut(stop) => ReplyEnd.MaxOutputTokens,
            _ => throw new JsonException($"the answer stopped for \"{stop}\""),
        };
        JsonElement[] blocks = [.. message.Elements("content")];
        IEnumerable<OutputItem> items = blocks
            .Select((block, index) => MessagesItem.Parse(
                JsonMarshal.GetRawUtf8Value(block).ToArray(), isCut: end != ReplyEnd.Completed && index == blocks.Length - 1));
        return Answer.Of(
            message.Text("id"), message.Text("model"), message.Member("usage")?.Text("service_tier"), end, ReadUsage(message), items);
    }

    private static bool IsCut(string? stop) => stop is "max_tokens" or "model_context_window_exceeded" or "pause_turn";

    // It may come in the middle of a call's input.
    private static bool IsRefusal(string? stop) => stop == "refusal";

    private static long IndexOf(JsonElement data) => data.Number("index") ?? throw new JsonException("a block's event names no block");

    /// <summary>What is read from the cache and written to it comes on top of the input here.</summary>
    private static TokenUsage? ReadUsage(JsonElement message)
    {
        if (message.Member("usage") is not { } usage)
        {
            return null;
        }

        // The sum leaves a compaction out, which is billed as well.
        JsonElement[] parts = [.. usage.Elements("iterations")];
        long input = 0, read = 0, written = 0, output = 0;
        foreach (JsonElement part in parts.Length > 0 ? parts : [usage])
        {
            if (part.Number("input_tokens") is not { } partsInput || part.Number("output_tokens") is not { } partsOutput)
            {
                return null;
            }

            input += partsInput;
            read += part.Number("cache_read_input_tokens") ?? 0;
            written += part.Number("cache_creation_input_tokens") ?? 0;
            output += partsOutput;
        }

        return TokenUsage.Within(input + read + written, read, written, output);
    }
}
