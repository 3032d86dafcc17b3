using System.Buffers.Binary;
using System.Buffers.Text;

namespace Orchestrator.Server.Paging;

/// <summary>A place in a list, as callers hand it back; it says nothing else.</summary>
internal static class PageCursor
{
    private const byte Version = 1;

    public static string Write(long sequence)
    {
        Span<byte> bytes = stackalloc byte[1 + sizeof(long)];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], sequence);
        return Base64Url.EncodeToString(bytes);
    }

    /// <returns>False if it is none that this server gave out.</returns>
    public static bool TryRead(string text, out long sequence)
    {
        Span<byte> bytes = stackalloc byte[1 + sizeof(long)];
        sequence = 0;
        if (!Base64Url.IsValid(text, out int length) || length != bytes.Length || !Base64Url.TryDecodeFromChars(text, bytes, out _) || bytes[0] != Version)
        {
            return false;
        }

        sequence = BinaryPrimitives.ReadInt64BigEndian(bytes[1..]);
        return sequence > 0;
    }
}
