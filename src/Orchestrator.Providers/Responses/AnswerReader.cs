using System.Net.ServerSentEvents;
using System.Text.Json;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Responses;

/// <summary>Reads an answer off the wire. Only an answer with an end is an answer.</summary>
internal static class AnswerReader
{
    /// <summary>Reads a stream of events up to the one that ends the answer.</summary>
    /// <exception cref="EndOfStreamException">The stream ended first.</exception>
    /// <exception cref="JsonException">An event breaks the dialect.</exception>
    public static async Task<Attempt> ReadEventsAsync(Stream body, Listener listener, CancellationToken cancellationToken)
    {
        // Keyed by place: an endpoint that sends an event twice has not finished two items.
        SortedDictionary<long, ReadOnlyMemory<byte>> items = [];
        bool isBegun = false;
        SseParser<ResponseEvent> events = SseParser.Create(body, static (_, data) => ResponseEvent.Parse(data));
        await foreach (SseItem<ResponseEvent> sse in events.EnumerateAsync(cancellationToken))
        {
            switch (sse.Data)
            {
                case ResponseEvent.Begun begun:
                    if (!isBegun && listener.Begun is { } tell)
                    {
                        await tell(begun.Id, cancellationToken);
                    }

                    isBegun = true;
                    break;
                case ResponseEvent.ItemDone done:
                    items[done.Index ?? items.Count] = done.Json;
                    break;
                case ResponseEvent.Ended ended:
                    return Answer.Ended(() => EndedResponse.Read(ended.Response, ended.Status, [.. items.Values]));
                case ResponseEvent.Error error:
                    return error.Reported.AsFailure(ResponsesForm.Instance);
                case ResponseEvent.Progress:
                    break;
            }
        }

        throw new EndOfStreamException("the stream ended before the answer did");
    }
}
