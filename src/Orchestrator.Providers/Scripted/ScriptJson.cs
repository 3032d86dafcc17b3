using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Providers.Scripted;

/// <summary>How scripted answers are written: escaping no more than JSON demands.</summary>
internal static class ScriptJson
{
    private const int LettersPerDelta = 64;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> written = new();
        using (Utf8JsonWriter json = new(written, Options))
        {
            write(json);
        }

        return written.WrittenMemory;
    }

    public static ReadOnlyMemory<byte> Write(JsonNode node) => Write(json => node.WriteTo(json));

    /// <summary>The first half of what an item holds: as much as arrives of one that is broken off.</summary>
    public static string HalfOf(string content) => content[..(content.Length / 2)];

    /// <summary>A text in the pieces that a stream tells it in.</summary>
    public static IEnumerable<string> Deltas(string content)
    {
        for (int start = 0; start < content.Length;)
        {
            int length = Math.Min(LettersPerDelta, content.Length - start);

            // A letter of two halves must not be torn: each half alone is no text.
            length += char.IsHighSurrogate(content[start + length - 1]) && start + length < content.Length ? 1 : 0;
            yield return content.Substring(start, length);
            start += length;
        }
    }
}
