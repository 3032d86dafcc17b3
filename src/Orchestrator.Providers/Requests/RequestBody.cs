using System.Buffers;
using System.ClientModel;

namespace Orchestrator.Providers.Requests;

/// <summary>
/// A request's bytes as a list of segments. Items of earlier answers are sent from where they are stored, and every attempt
/// sends the same bytes.
/// </summary>
/// <param name="segments">The bytes, in order.</param>
/// <param name="rented">The pool's buffers that some of them lie in.</param>
internal sealed class RequestBody(IReadOnlyList<ReadOnlyMemory<byte>> segments, List<byte[]> rented) : BinaryContent
{
    /// <summary>The preview of its dialect that it needs; null for none.</summary>
    public string? Preview { get; init; }

    public long Length { get; } = segments.Sum(segment => (long)segment.Length);

    public override bool TryComputeLength(out long length)
    {
        length = Length;
        return true;
    }

    public override async Task WriteToAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        foreach (ReadOnlyMemory<byte> segment in segments)
        {
            await stream.WriteAsync(segment, cancellationToken);
        }
    }

    public override void WriteTo(Stream stream, CancellationToken cancellationToken = default)
    {
        foreach (ReadOnlyMemory<byte> segment in segments)
        {
            stream.Write(segment.Span);
        }
    }

    /// <summary>Gives its buffers back: it must not be sent any more, nor be on its way. Without it they are garbage, and no harm is done.</summary>
    public void Release()
    {
        rented.ForEach(buffer => ArrayPool<byte>.Shared.Return(buffer));
        rented.Clear();
    }

    /// <summary>Does nothing: the transport disposes of the content after each attempt, and the next one needs it again.</summary>
    public override void Dispose()
    {
    }
}
