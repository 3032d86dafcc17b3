using System.Text;
using System.Text.Unicode;

namespace Orchestrator.Agent.Workspaces;

/// <summary>
/// Names of files as text from which their bytes can be had again: on disk a name need not be text. A byte that is none becomes half of a
/// surrogate pair, which no text has.
/// </summary>
public static class PathText
{
    private const int FirstHalf = 0xdc00;

    public static string Decode(ReadOnlySpan<byte> name)
    {
        if (Utf8.IsValid(name))
        {
            return Encoding.UTF8.GetString(name);
        }

        StringBuilder text = new();
        while (!name.IsEmpty)
        {
            bool isText = Rune.DecodeFromUtf8(name, out Rune rune, out int length) == System.Buffers.OperationStatus.Done;
            text.Append(isText ? rune.ToString() : string.Concat(name[..length].ToArray().Select(value => (char)(FirstHalf + value))));
            name = name[length..];
        }

        return text.ToString();
    }

    public static byte[] Encode(string text)
    {
        using MemoryStream bytes = new();
        Span<byte> encoded = stackalloc byte[4];
        for (ReadOnlySpan<char> rest = text; !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out Rune rune, out int length) != System.Buffers.OperationStatus.Done && rest[0] is > (char)(FirstHalf + 0x7f) and <= (char)(FirstHalf + 0xff))
            {
                bytes.WriteByte((byte)(rest[0] - FirstHalf));
            }
            else
            {
                bytes.Write(encoded[..rune.EncodeToUtf8(encoded)]);
            }

            rest = rest[length..];
        }

        return bytes.ToArray();
    }

    /// <summary>As people and models read it.</summary>
    public static string Shown(string text) => Encoding.UTF8.GetString(Encode(text));

    /// <summary>Names that each end with a zero byte, as git writes them.</summary>
    public static IReadOnlyList<string> Names(ReadOnlySpan<byte> output)
    {
        List<string> names = [];
        foreach (Range name in output.Split((byte)0))
        {
            if (!output[name].IsEmpty)
            {
                names.Add(Decode(output[name]));
            }
        }

        return names;
    }

    /// <summary>The same, the other way round.</summary>
    public static byte[] Lines(IEnumerable<string> names) => Encode(string.Concat(names.Select(name => name + '\0')));
}
