using System.Security.Cryptography;

namespace Orchestrator.Benchmarks.Costs;

/// <summary>
/// A provider's prompt cache: of a prompt it gives back the blocks of 128 tokens with which some earlier prompt began, byte for byte, from 1,024
/// tokens on. A token is four bytes.
/// </summary>
internal sealed class PromptCache
{
    public const int BytesPerToken = 4;

    private const int BlockTokens = 128;
    private const int LeastTokens = 1024;

    private readonly HashSet<string> _prefixes = [];

    public static long Tokens(long bytes) => (bytes + BytesPerToken - 1) / BytesPerToken;

    /// <summary>Takes a prompt in.</summary>
    /// <returns>The tokens of its beginning that were there before.</returns>
    public long Add(ReadOnlySpan<byte> prompt)
    {
        const int Length = BlockTokens * BytesPerToken;
        Span<byte> chained = stackalloc byte[SHA256.HashSizeInBytes + Length];
        chained.Clear();
        long cached = 0;
        bool isKnown = true;
        for (int from = 0; from + Length <= prompt.Length; from += Length)
        {
            prompt.Slice(from, Length).CopyTo(chained[SHA256.HashSizeInBytes..]);
            SHA256.HashData(chained, chained);
            isKnown &= !_prefixes.Add(Convert.ToHexString(chained[..SHA256.HashSizeInBytes]));
            cached += isKnown ? BlockTokens : 0;
        }

        return cached >= LeastTokens ? cached : 0;
    }
}
