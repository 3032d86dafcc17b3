using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Orchestrator.Providers.Responses;

/// <summary>Reads an answer off the wire. Only an answer with an end is an answer.</summary>
internal static class AnswerReader
{
    /// <summary>Reads a stream of events up to the one that ends the answer.</summary>
    /// <exception cref="EndOfStreamException">The stream ended first.</exception>
    /// <exception cref="JsonException">An event breaks the dialect.</exception>
    public static async Task<Attempt> ReadEventsAsync(Stream body, CancellationToken cancellationToken)
    {
        // Keyed by place: an endpoint that sends an event twice has not finished two items.
        SortedDictionary<long, ReadOnlyMemory<byte>> items = [];
        SseParser<ResponseEvent> events = SseParser.Create(body, static (_, data) => ResponseEvent.Parse(data));
        await foreach (SseItem<ResponseEvent> sse in events.EnumerateAsync(cancellationToken))
        {
            switch (sse.Data)
            {
                case ResponseEvent.ItemDone done:
                    items[done.Index ?? items.Count] = done.Json;
                    break;
                case ResponseEvent.Ended ended:
                    return Answer.Read(ended.Response, ended.Status, [.. items.Values]);
                case ResponseEvent.Error error:
                    return error.Reported.AsFailure();
                case ResponseEvent.Progress:
                    break;
            }
        }

        throw new EndOfStreamException("the stream ended before the answer did");
    }

    /// <summary>Reads an answer that came in one piece, from an endpoint that does not stream.</summary>
    /// <exception cref="JsonException">It is not JSON, or breaks the dialect.</exception>
    public static async Task<Attempt> ReadWholeAsync(Stream body, CancellationToken cancellationToken)
    {
        using JsonDocument document = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
        return Answer.Read(document.RootElement, status: null, streamed: []);
    }
}
