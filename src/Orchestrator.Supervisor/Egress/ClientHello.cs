using System.Buffers.Binary;
using System.Text;

namespace Orchestrator.Supervisor.Egress;

/// <summary>Reads from the first bytes of a TLS connection whom its client means to talk to. Nothing is decrypted: this part is open.</summary>
internal static class ClientHello
{
    /// <summary>More than any client sends.</summary>
    public const int MostBytes = 64 * 1024;

    // More than any client splits it into.
    private const int MostRecords = 64;
    private const int RecordHeader = 5;
    private const int MessageHeader = 4;
    private const byte Handshake = 22;
    private const byte Hello = 1;
    private const int RandomBytes = 34;
    private const ushort ServerName = 0;

    /// <summary>It may come byte by byte, and costs no more than that: nothing is copied before all of it is there.</summary>
    /// <param name="bytes">What has come so far.</param>
    /// <returns>The name, empty if the client gives none; null while more bytes are needed.</returns>
    /// <exception cref="InvalidDataException">This is no hello of TLS.</exception>
    public static string? ReadServerName(ReadOnlySpan<byte> bytes)
    {
        Span<byte> head = stackalloc byte[MessageHeader];
        int length = 0;
        int records = 0;
        for (ReadOnlySpan<byte> rest = bytes; BodyOf(rest) is > 0 and int record && rest.Length >= RecordHeader + record; rest = rest[(RecordHeader + record)..])
        {
            Demand(++records <= MostRecords && length + record <= MostBytes);
            ReadOnlySpan<byte> part = rest.Slice(RecordHeader, record);
            if (length < MessageHeader)
            {
                part[..Math.Min(record, MessageHeader - length)].CopyTo(head[length..]);
            }

            length += record;
            Demand(head[0] == Hello);
            int wanted = length < MessageHeader ? int.MaxValue : MessageHeader + ((head[1] << 16) | BinaryPrimitives.ReadUInt16BigEndian(head[2..]));
            Demand(wanted is int.MaxValue or <= MostBytes);
            if (length >= wanted)
            {
                return NameIn(Message(bytes, length).AsSpan(MessageHeader, wanted - MessageHeader));
            }
        }

        return null;
    }

    /// <returns>The length of the record that begins there; 0 while that isn't known.</returns>
    private static int BodyOf(ReadOnlySpan<byte> record)
    {
        Demand((record.Length < 1 || record[0] == Handshake) && (record.Length < 2 || record[1] == 3));
        int length = record.Length < RecordHeader ? 0 : BinaryPrimitives.ReadUInt16BigEndian(record[3..]);
        Demand(record.Length < RecordHeader || length > 0);
        return length;
    }

    /// <summary>The message that records carry, put together.</summary>
    private static byte[] Message(ReadOnlySpan<byte> records, int length)
    {
        byte[] message = new byte[length];
        for (int at = 0; at < length;)
        {
            int record = BodyOf(records);
            records.Slice(RecordHeader, record).CopyTo(message.AsSpan(at));
            records = records[(RecordHeader + record)..];
            at += record;
        }

        return message;
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
