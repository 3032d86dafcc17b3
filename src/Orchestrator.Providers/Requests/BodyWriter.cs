using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Orchestrator.Providers.Requests;

/// <summary>Weaves a request from JSON that is written now and items that are sent as they are stored, without a copy of these.</summary>
/// <param name="expectedLength">Bytes that will be written, stored items aside; a wrong guess costs one more copy.</param>
internal sealed class BodyWriter(long expectedLength)
{
    private readonly ArrayBufferWriter<byte> _written = new((int)Math.Min(expectedLength, Array.MaxLength));
    private readonly List<StoredItem> _stored = [];

    /// <summary>The default encoder is made for HTML: it would blow source code up by a third.</summary>
    public static JsonWriterOptions Json { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes bytes as they are: brackets, commas and names that never need an escape.</summary>
    public void Raw(ReadOnlySpan<byte> bytes) => _written.Write(bytes);

    /// <summary>Writes one JSON value, or the beginning of one that <see cref="Raw"/> ends.</summary>
    public void Value(Action<Utf8JsonWriter> write)
    {
        using Utf8JsonWriter json = new(_written, Json);
        write(json);
        json.Flush();
    }

    /// <summary>Puts an item in as it is stored.</summary>
    public void Stored(ReadOnlyMemory<byte> json) => _stored.Add(new StoredItem(_written.WrittenCount, json));

    // Only at the end: the buffer moves while it grows.
    public RequestBody ToBody()
    {
        ReadOnlyMemory<byte> written = _written.WrittenMemory;
        List<ReadOnlyMemory<byte>> segments = new((_stored.Count * 2) + 1);
        int from = 0;
        foreach (StoredItem item in _stored)
        {
            segments.Add(written[from..item.At]);
            segments.Add(item.Json);
            from = item.At;
        }

        segments.Add(written[from..]);
        return new RequestBody(segments);
    }

    /// <summary>An item that is sent as it is stored.</summary>
    /// <param name="At">Where it belongs among the written bytes.</param>
    /// <param name="Json">The item.</param>
    private readonly record struct StoredItem(int At, ReadOnlyMemory<byte> Json);
}
