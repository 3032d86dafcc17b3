using System.ClientModel;

namespace Orchestrator.Providers.Requests;

/// <summary>
/// A request's bytes as a list of segments. Items of earlier answers are sent from where they are stored, and every attempt
/// sends the same bytes.
/// </summary>
internal sealed class RequestBody(IReadOnlyList<ReadOnlyMemory<byte>> segments) : BinaryContent
{
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

    /// <summary>Holds nothing: the transport disposes of the content after each attempt, and the next one needs it again.</summary>
    public override void Dispose()
    {
    }
}
