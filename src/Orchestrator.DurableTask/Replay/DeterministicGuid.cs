using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Microsoft.DurableTask.Replay;

/// <summary>Ids made of an instance's id, its clock and a counter (UUID version 5), so that a replay makes the same again.</summary>
internal static class DeterministicGuid
{
    private static readonly Guid Namespace = new("9e952958-5e33-4daf-827f-2fa12937b875");

    public static Guid Make(string instanceId, DateTime clock, int counter)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{instanceId}_{clock:o}_{counter}");
#pragma warning disable CA5350 // UUID version 5 is SHA-1 by definition; nothing is secret here.
        byte[] hash = SHA1.HashData([.. Namespace.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(name)]);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }
}
