using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orchestrator.Agent.Models;

namespace Orchestrator.Providers.Requests;

/// <summary>
/// Weaves a request from JSON that is written now and items that are sent as they are stored, without a copy of these. What is written goes
/// to buffers that are used again by the next request.
/// </summary>
internal sealed class BodyWriter : IBufferWriter<byte>, IDisposable
{
    private const int ShortestBuffer = 16 * 1024;
    private const int LongestBuffer = 1024 * 1024;

    private readonly int _bufferLength;
    private readonly List<byte[]> _rented = [];
    private readonly List<ReadOnlyMemory<byte>> _segments;
    private readonly Utf8JsonWriter _json;
    private byte[] _buffer = [];
    private int _from;
    private int _to;

    public BodyWriter(ModelRequest request)
    {
        _bufferLength = (int)Math.Clamp(PromptLength.Of(request), ShortestBuffer, LongestBuffer);

        // A stored item, and what is written between it and the next one.
        _segments = new List<ReadOnlyMemory<byte>>((2 * request.Prompt.Count(item => item is PromptItem.ProviderItem)) + 1);
        _json = new Utf8JsonWriter(this, Json);
    }

    /// <summary>The default encoder is made for HTML: it would blow source code up by a third.</summary>
    public static JsonWriterOptions Json { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes bytes as they are: brackets, commas and names that never need an escape.</summary>
    public void Raw(ReadOnlySpan<byte> bytes) => this.Write(bytes);

    /// <summary>Writes one JSON value, or the beginning of one that <see cref="Raw"/> ends.</summary>
    public void Value<T>(T value, Action<Utf8JsonWriter, T> write)
    {
        _json.Reset();
        write(_json, value);
        _json.Flush();
    }

    /// <summary>Puts an item in as it is stored.</summary>
    public void Stored(ReadOnlyMemory<byte> json)
    {
        EndSegment();
        _segments.Add(json);
    }

    public RequestBody ToBody(string? preview = null)
    {
        EndSegment();
        return new RequestBody(_segments, _rented) { Preview = preview };
    }

    public void Advance(int count) => _to += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        int needed = Math.Max(sizeHint, 1);
        if (_buffer.Length - _to < needed)
        {
            EndSegment();
            _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _bufferLength));
            _rented.Add(_buffer);
            _from = _to = 0;
        }

        return _buffer.AsMemory(_to);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Dispose() => _json.Dispose();

    private void EndSegment()
    {
        if (_to > _from)
        {
            _segments.Add(_buffer.AsMemory(_from, _to - _from));
            _from = _to;
        }
    }
}
