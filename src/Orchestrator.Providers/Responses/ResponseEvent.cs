using System.Runtime.InteropServices;
using System.Text.Json;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Responses;

/// <summary>One event of a streamed answer, as far as an answer is made of it.</summary>
internal abstract record ResponseEvent
{
    private static readonly Progress Nothing = new();

    private ResponseEvent()
    {
    }

    /// <summary>Progress, deltas and whatever else an endpoint sends: the finished items say it again.</summary>
    public sealed record Progress : ResponseEvent;

    /// <summary>The endpoint has taken the request.</summary>
    /// <param name="Id">Its id for the answer.</param>
    public sealed record Begun(string Id) : ResponseEvent;

    /// <summary>An output item is finished.</summary>
    /// <param name="Index">Its place in the answer; null where the endpoint leaves it out.</param>
    /// <param name="Json">The item, byte for byte.</param>
    public sealed record ItemDone(long? Index, ReadOnlyMemory<byte> Json) : ResponseEvent;

    /// <summary>The answer has ended, well or not.</summary>
    /// <param name="Status">What the event's name says of the response.</param>
    /// <param name="Response">The response as the event carries it; undefined where it carries none.</param>
    public sealed record Ended(string Status, JsonElement Response) : ResponseEvent;

    /// <summary>The endpoint gave up in the middle.</summary>
    public sealed record Error(EndpointError Reported) : ResponseEvent;

    /// <exception cref="JsonException">The event is not JSON, or lacks what it is for.</exception>
    public static ResponseEvent Parse(ReadOnlySpan<byte> data)
    {
        if (data.SequenceEqual("[DONE]"u8))
        {
            return Nothing;
        }

        using JsonDocument document = JsonDocument.Parse(data.ToArray());
        JsonElement root = document.RootElement;

        // The name within the JSON counts: some endpoints leave the event field out.
        return root.Text("type") switch
        {
            "response.created" or "response.queued" or "response.in_progress" when ResponseOf(root).Text("id") is { } id => new Begun(id),
            "response.output_item.done" => new ItemDone(root.Number("output_index"), RawItem(root)),
            "response.completed" => new Ended("completed", ResponseOf(root)),
            "response.incomplete" => new Ended("incomplete", ResponseOf(root)),
            "response.failed" => new Ended("failed", ResponseOf(root)),
            "error" => new Error(EndpointError.From(root.Member("error") is { ValueKind: JsonValueKind.Object } error ? error : root)),
            null when root.Member("error") is { } error => new Error(EndpointError.From(error)),
            _ => Nothing,
        };
    }

    private static JsonElement ResponseOf(JsonElement root) =>
        root.Member("response") is { ValueKind: JsonValueKind.Object } response ? response.Clone() : default;

    private static byte[] RawItem(JsonElement root) =>
        root.Member("item") is { ValueKind: JsonValueKind.Object } item
            ? JsonMarshal.GetRawUtf8Value(item).ToArray()
            : throw new JsonException("an item's event carries no item");
}
