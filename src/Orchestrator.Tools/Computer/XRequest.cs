using System.Buffers.Binary;

namespace Orchestrator.Tools.Computer;

/// <summary>Lays out requests of the X protocol, little-endian and padded to words, as it numbers them.</summary>
internal sealed class XRequest
{
    private const int Word = 4;

    private readonly List<byte> _bytes;

    /// <param name="opcode">The request's number, or its extension's.</param>
    /// <param name="detail">The byte behind it.</param>
    public XRequest(byte opcode, byte detail = 0) => _bytes = [opcode, detail, 0, 0];

    public XRequest Byte(int value)
    {
        _bytes.Add((byte)value);
        return this;
    }

    public XRequest Short(int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(short)];
        BinaryPrimitives.WriteInt16LittleEndian(bytes, (short)value);
        _bytes.AddRange(bytes);
        return this;
    }

    public XRequest Long(uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _bytes.AddRange(bytes);
        return this;
    }

    public XRequest Bytes(ReadOnlySpan<byte> value)
    {
        _bytes.AddRange(value);
        return this;
    }

    public XRequest Unused(int count)
    {
        _bytes.AddRange(new byte[count]);
        return this;
    }

    public byte[] ToArray()
    {
        Unused((Word - (_bytes.Count % Word)) % Word);
        byte[] request = [.. _bytes];
        BinaryPrimitives.WriteUInt16LittleEndian(request.AsSpan(2), (ushort)(request.Length / Word));
        return request;
    }
}
