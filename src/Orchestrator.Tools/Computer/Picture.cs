using System.Buffers.Binary;
using System.Drawing;
using System.IO.Compression;

namespace Orchestrator.Tools.Computer;

/// <summary>A picture of a screen: red, green and blue, row by row.</summary>
internal sealed record Picture(Size Size, ReadOnlyMemory<byte> Colours)
{
    private const int BytesInServer = 4;
    private const int BytesHere = 3;

    private static readonly uint[] Remainders = [.. Enumerable.Range(0, 256).Select(Remainder)];

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <param name="pixels">Four bytes each: blue, green, red and one that says nothing.</param>
    /// <exception cref="IOException">There are too few.</exception>
    public static Picture OfPixels(Size size, ReadOnlyMemory<byte> pixels)
    {
        int count = size.Width * size.Height;
        if (pixels.Length < count * BytesInServer)
        {
            throw new IOException($"The display's picture has {pixels.Length} bytes, too few for {size.Width} x {size.Height} points of 32 bits.");
        }

        byte[] colours = new byte[count * BytesHere];
        ReadOnlySpan<byte> from = pixels.Span;
        for (int point = 0; point < count; point++)
        {
            colours[point * 3] = from[(point * 4) + 2];
            colours[(point * 3) + 1] = from[(point * 4) + 1];
            colours[(point * 3) + 2] = from[point * 4];
        }

        return new Picture(size, colours);
    }

    public bool IsSameAs(Picture other) => Size == other.Size && Colours.Span.SequenceEqual(other.Colours.Span);

    /// <param name="part">Lies within the picture.</param>
    public Picture Cut(Rectangle part)
    {
        byte[] colours = new byte[part.Width * part.Height * BytesHere];
        for (int row = 0; row < part.Height; row++)
        {
            Colours.Span.Slice((((part.Y + row) * Size.Width) + part.X) * BytesHere, part.Width * BytesHere).CopyTo(colours.AsSpan(row * part.Width * BytesHere));
        }

        return new Picture(part.Size, colours);
    }

    /// <summary>Each new point is the mean of those that it covers, so that thin letters stay readable.</summary>
    public Picture Scaled(Size size)
    {
        if (size == Size)
        {
            return this;
        }

        byte[] colours = new byte[size.Width * size.Height * BytesHere];
        for (int y = 0; y < size.Height; y++)
        {
            (int top, int bottom) = Covered(y, size.Height, Size.Height);
            for (int x = 0; x < size.Width; x++)
            {
                (int left, int right) = Covered(x, size.Width, Size.Width);
                Mean(left, top, right, bottom, colours.AsSpan(((y * size.Width) + x) * BytesHere));
            }
        }

        return new Picture(size, colours);
    }

    public byte[] ToPng()
    {
        using MemoryStream png = new();
        png.Write(Signature);
        Span<byte> head = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, Size.Width);
        BinaryPrimitives.WriteInt32BigEndian(head[4..], Size.Height);
        head[8] = 8; // bits of a colour
        head[9] = 2; // red, green and blue
        WriteChunk(png, "IHDR"u8, head);
        WriteChunk(png, "IDAT"u8, Compressed());
        WriteChunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    private static (int From, int To) Covered(int at, int of, int length)
    {
        int from = (int)((long)at * length / of);
        return (from, Math.Max(from + 1, (int)((at + 1L) * length / of)));
    }

    private void Mean(int left, int top, int right, int bottom, Span<byte> point)
    {
        int red = 0;
        int green = 0;
        int blue = 0;
        ReadOnlySpan<byte> from = Colours.Span;
        for (int y = top; y < bottom; y++)
        {
            for (int x = left; x < right; x++)
            {
                int at = ((y * Size.Width) + x) * BytesHere;
                red += from[at];
                green += from[at + 1];
                blue += from[at + 2];
            }
        }

        int count = (right - left) * (bottom - top);
        point[0] = (byte)(red / count);
        point[1] = (byte)(green / count);
        point[2] = (byte)(blue / count);
    }

    // Each row as its difference to the one above: most rows of a screen are like their neighbours.
    private byte[] Compressed()
    {
        const byte DifferenceToAbove = 2;
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Optimal))
        {
            int width = Size.Width * BytesHere;
            byte[] line = new byte[width + 1];
            line[0] = DifferenceToAbove;
            for (int row = 0; row < Size.Height; row++)
            {
                ReadOnlySpan<byte> own = Colours.Span.Slice(row * width, width);
                ReadOnlySpan<byte> above = row == 0 ? new byte[width] : Colours.Span.Slice((row - 1) * width, width);
                for (int at = 0; at < width; at++)
                {
                    line[at + 1] = (byte)(own[at] - above[at]);
                }

                zlib.Write(line);
            }
        }

        return packed.ToArray();
    }

    private static void WriteChunk(Stream png, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        png.Write(number);
        png.Write(type);
        png.Write(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Sum(Sum(uint.MaxValue, type), content));
        png.Write(number);
    }

    /// <summary>The format's check sum: CRC-32 with the polynomial turned round.</summary>
    private static uint Sum(uint sum, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            sum = Remainders[(byte)(sum ^ value)] ^ (sum >> 8);
        }

        return sum;
    }

    private static uint Remainder(int value)
    {
        const uint Polynomial = 0xedb88320;
        uint rest = (uint)value;
        for (int bit = 0; bit < 8; bit++)
        {
            rest = (rest & 1) == 0 ? rest >> 1 : Polynomial ^ (rest >> 1);
        }

        return rest;
    }
}
