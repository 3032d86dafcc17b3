using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Agent.Audit;

/// <summary>
/// How entries are chained, so that one that was changed, taken out, put in or moved shows. A chain that was cut off at its end is whole in
/// itself: that shows only to who has kept a later hash elsewhere.
/// </summary>
public static class AuditChain
{
    /// <summary>What stands before the first entry.</summary>
    public static string Beginning { get; } = new('0', 2 * SHA256.HashSizeInBytes);

    /// <summary>The entry that follows another.</summary>
    public static AuditEntry Append(AuditEntry? last, DateTimeOffset at, AuditAct act)
    {
        var entry = new AuditEntry
        {
            Sequence = (last?.Sequence ?? 0) + 1,
            At = at,
            Act = act,
            Previous = last?.Hash ?? Beginning,
            Hash = string.Empty,
        };
        return entry with { Hash = HashOf(entry) };
    }

    /// <summary>
    /// SHA-256 over sequence, time in milliseconds since 1970, actor, kind, target, run, details and the previous hash, each as UTF-8 behind
    /// its length in four bytes (big-endian; -1 where there is none), in lower-case hex.
    /// </summary>
    public static string HashOf(AuditEntry entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, entry.Sequence.ToString(CultureInfo.InvariantCulture));
        Append(hash, entry.At.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
        Append(hash, entry.Act.Actor);
        Append(hash, entry.Act.Kind.ToString());
        Append(hash, entry.Act.Target);
        Append(hash, entry.Act.Run);
        Append(hash, entry.Act.Details);
        Append(hash, entry.Previous);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, string? field)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        byte[] bytes = field is null ? [] : Encoding.UTF8.GetBytes(field);
        BinaryPrimitives.WriteInt32BigEndian(length, field is null ? -1 : bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
