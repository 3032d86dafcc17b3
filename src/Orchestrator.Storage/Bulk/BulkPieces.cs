using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Orchestrator.Storage.Bulk;

/// <summary>Pieces of what is kept without having all of it in memory.</summary>
internal static class BulkPieces
{
    /// <summary>Bytes of one; only the last has fewer.</summary>
    public const int Length = 4 << 20;

    /// <summary>Reads from the beginning to the end. Each piece is good until the next is asked for.</summary>
    /// <param name="content">What is read.</param>
    /// <param name="hash">What all of it must hash to.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="IOException">It doesn't; known only behind the last piece, so nothing is to bear its name before.</exception>
    public static async IAsyncEnumerable<ArraySegment<byte>> ReadAsync(
        Stream content, string hash, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        content.Position = 0;
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[Math.Clamp(content.Length, 1, Length)];
        int read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        while (read > 0)
        {
            sum.AppendData(buffer, 0, read);
            yield return new ArraySegment<byte>(buffer, 0, read);
            read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        }

        string actual = Convert.ToHexStringLower(sum.GetHashAndReset());
        if (actual != hash)
        {
            throw new IOException($"What was to be kept as {hash} has the hash {actual} by now: something writes to it.");
        }
    }
}
