using System.Buffers.Binary;
using System.Text;

namespace Orchestrator.Supervisor.Egress;

/// <summary>Reads from the first bytes of a TLS connection whom its client means to talk to. Nothing is decrypted: this part is open.</summary>
internal static class ClientHello
{
    /// <summary>More than any client sends.</summary>
    public const int MostBytes = 64 * 1024;

    private const int RecordHeader = 5;
    private const byte Handshake = 22;
    private const byte Hello = 1;
    private const int RandomBytes = 34;
    private const ushort ServerName = 0;

    /// <param name="bytes">What has come so far.</param>
    /// <returns>The name, empty if the client gives none; null while more bytes are needed.</returns>
    /// <exception cref="InvalidDataException">This is no hello of TLS.</exception>
    public static string? ReadServerName(ReadOnlySpan<byte> bytes)
    {
        byte[] message = new byte[MostBytes];
        int length = 0;
        while (bytes.Length > 0)
        {
            Demand(bytes[0] == Handshake && (bytes.Length < 2 || bytes[1] == 3));
            if (bytes.Length < RecordHeader)
            {
                return null;
            }

            int record = BinaryPrimitives.ReadUInt16BigEndian(bytes[3..]);
            Demand(record > 0 && length + record <= MostBytes);
            ReadOnlySpan<byte> part = bytes.Slice(RecordHeader, Math.Min(record, bytes.Length - RecordHeader));
            part.CopyTo(message.AsSpan(length));
            length += part.Length;
            Demand(length == 0 || message[0] == Hello);
            int wanted = length < 4 ? int.MaxValue : 4 + ((message[1] << 16) | BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(2)));
            Demand(wanted is int.MaxValue or <= MostBytes);
            if (length >= wanted)
            {
                return NameIn(message.AsSpan(4, wanted - 4));
            }

            bytes = part.Length < record ? [] : bytes[(RecordHeader + record)..];
        }

        return null;
    }

    private static string NameIn(ReadOnlySpan<byte> hello)
    {
        ReadOnlySpan<byte> rest = After(hello, RandomBytes);
        rest = After(rest, 1 + At(rest, 1));                 // session
        rest = After(rest, 2 + At(rest, 2));                 // cipher suites
        rest = After(rest, 1 + At(rest, 1));                 // compression
        if (rest.IsEmpty)
        {
            return string.Empty;
        }

        int length = At(rest, 2);
        Demand(rest.Length == length + 2);
        rest = rest[2..];
        string? name = null;
        while (!rest.IsEmpty)
        {
            int kind = At(rest, 2);
            ReadOnlySpan<byte> body = After(rest, 2);
            int size = At(body, 2);
            body = After(body, 2);
            Demand(body.Length >= size);
            if (kind == ServerName)
            {
                Demand(name is null);
                name = HostIn(body[..size]);
            }

            rest = body[size..];
        }

        return name ?? string.Empty;
    }

    /// <summary>A list of one: several names would leave it to the server which one counts.</summary>
    private static string HostIn(ReadOnlySpan<byte> extension)
    {
        int list = At(extension, 2);
        ReadOnlySpan<byte> entry = After(extension, 2);
        Demand(entry.Length == list && entry.Length > 3 && entry[0] == 0);
        int length = At(entry[1..], 2);
        Demand(entry.Length == 3 + length);
        return Encoding.ASCII.GetString(entry[3..]);
    }

    private static int At(ReadOnlySpan<byte> bytes, int size)
    {
        Demand(bytes.Length >= size);
        return size == 1 ? bytes[0] : BinaryPrimitives.ReadUInt16BigEndian(bytes);
    }

    private static ReadOnlySpan<byte> After(ReadOnlySpan<byte> bytes, int count)
    {
        Demand(bytes.Length >= count);
        return bytes[count..];
    }

    private static void Demand(bool holds)
    {
        if (!holds)
        {
            throw new InvalidDataException("This is no hello of a TLS client.");
        }
    }
}
