namespace Orchestrator.Providers.Tests;

/// <summary>Gives two pieces in two reads.</summary>
internal sealed class PiecewiseStream(byte[] first, byte[] second) : MemoryStream([.. first, .. second])
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int left = Position < first.Length ? first.Length - (int)Position : first.Length + second.Length - (int)Position;
        return new ValueTask<int>(Read(buffer.Span[..Math.Min(buffer.Length, left)]));
    }
}
