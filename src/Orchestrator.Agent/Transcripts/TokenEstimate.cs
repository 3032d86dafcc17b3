using System.Buffers.Binary;
using System.Text;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Transcripts;

/// <summary>Tokens that a text takes at most, as far as that can be told without the provider's tokenizer.</summary>
public static class TokenEstimate
{
    /// <summary>How few bytes of text make a token, on average of a text; code and prose have more.</summary>
    private const int BytesPerToken = 3;

    /// <summary>How few points of a picture make a token.</summary>
    private const int PointsPerToken = 650;

    /// <summary>Where a PNG has its width, and behind it its height.</summary>
    private const int PictureWidth = 16;
    private const int PictureHead = 24;

    /// <summary>Tokens of a request's input.</summary>
    /// <param name="entries">What the model is shown.</param>
    /// <param name="tools">What it is offered.</param>
    /// <param name="last">What the answer before it was billed as; null, or nothing, if there is none that was counted.</param>
    public static long OfInput(IReadOnlyList<TranscriptEntry> entries, IReadOnlyList<ToolDefinition> tools, TokenUsage? last)
    {
        if (last is not { InputTokens: > 0 })
        {
            return Of(entries) + tools.Sum(Of);
        }

        // The last answer's items, and all before them, were counted by the provider itself.
        return last.ContextTokens + entries.Reverse().TakeWhile(entry => entry.Kind != EntryKind.ProviderItem).Sum(Of);
    }

    public static long Of(IEnumerable<TranscriptEntry> entries) => entries.Sum(Of);

    public static long OfBytes(long bytes) => (bytes + BytesPerToken - 1) / BytesPerToken;

    private static long Of(TranscriptEntry entry) => entry.Kind == EntryKind.Screenshot ? OfPicture(entry.Body.Span) : OfBytes(entry.Body.Length);

    /// <summary>Providers count a picture by its points, whatever is on it; the dearest ones like this.</summary>
    private static long OfPicture(ReadOnlySpan<byte> png) => png.Length < PictureHead
        ? 0
        : ((long)BinaryPrimitives.ReadInt32BigEndian(png[PictureWidth..]) * BinaryPrimitives.ReadInt32BigEndian(png[(PictureWidth + sizeof(int))..]) / PointsPerToken) + 1;

    private static long Of(ToolDefinition tool) =>
        OfBytes(Encoding.UTF8.GetByteCount(tool.Name) + Encoding.UTF8.GetByteCount(tool.Description) + Encoding.UTF8.GetByteCount(tool.Parameters));
}
