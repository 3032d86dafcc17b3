using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Orchestrator.Agent.Compactions;

namespace Orchestrator.Providers.Scripted;

/// <summary>A request as a scripted model sees it: which turn it asks for, and what came since the last answer.</summary>
internal sealed partial record ScriptedRequest
{
    private const int BytesPerToken = 4;
    private const int LeastCached = 1024;
    private const int CachedStep = 128;
    private const int TokensOfPicture = 1000;

    private static ReadOnlySpan<byte> PngInBase64 => "\"iVBORw0KGgo"u8;

    /// <summary>The turn to play, from 1: one more than the answers that the input shows.</summary>
    public required int Turn { get; init; }

    public required bool Stream { get; init; }

    /// <summary>The answer is fetched later.</summary>
    public bool IsBackground { get; init; }

    /// <summary>A stream is to say how many tokens it took.</summary>
    public bool WantsUsage { get; init; } = true;

    /// <summary>Tells runs apart; empty for a client that sends none.</summary>
    public required string CacheKey { get; init; }

    /// <summary>The text that came since the last answer: outputs of calls and messages.</summary>
    public required string Observation { get; init; }

    /// <summary>The text before the first answer: instructions and task.</summary>
    public required string Opening { get; init; }

    /// <summary>It asks for a hand-over, and for no turn.</summary>
    public required bool AsksForSummary { get; init; }

    /// <summary>It asks for the endpoint's own compaction, and for no turn.</summary>
    public bool AsksForCompaction { get; init; }

    /// <summary>The types of the vendor's own tools that are offered, and those of free text as <c>custom:NAME</c>: calls of these are no functions.</summary>
    public IReadOnlySet<string> NativeTools { get; init; } = new HashSet<string>();

    /// <summary>An estimate, since a scripted model has no tokens.</summary>
    public required long InputTokens { get; init; }

    /// <summary>What a prompt cache would know: all that was sent when the last answer was asked for.</summary>
    public required long CachedTokens { get; init; }

    /// <summary>The tokens of a text, by its bytes; a picture in it has always the same, whatever it shows.</summary>
    public static long TokensIn(JsonElement element)
    {
        (long letters, int pictures) = PicturesIn(element);
        return ((JsonMarshal.GetRawUtf8Value(element).Length - letters) / BytesPerToken) + (pictures * TokensOfPicture);
    }

    private static (long Letters, int Count) PicturesIn(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                ReadOnlySpan<byte> raw = JsonMarshal.GetRawUtf8Value(element);
                return raw.StartsWith("\"data:image/"u8) || raw.StartsWith(PngInBase64) ? (raw.Length, 1) : (0, 0);
            case JsonValueKind.Array or JsonValueKind.Object:
                long letters = 0;
                int count = 0;
                foreach (JsonElement part in element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().AsEnumerable() : element.EnumerateObject().Select(member => member.Value))
                {
                    (long more, int found) = PicturesIn(part);
                    letters += more;
                    count += found;
                }

                return (letters, count);
            default:
                return (0, 0);
        }
    }

    /// <summary>What a cache keeps of a prefix: nothing of a short one, and whole steps of a long one.</summary>
    public static long Cacheable(long tokens) => tokens < LeastCached ? 0 : tokens - (tokens % CachedStep);

    /// <summary>Whether what a request ends with is the question for a hand-over.</summary>
    public static bool IsSummaryQuestion(string text) => text.StartsWith(PortableSummary.Heading, StringComparison.Ordinal);

    /// <summary>The turn that an id of a scripted answer names; null for ids of other models.</summary>
    public static int? TurnOf(string? id)
    {
        Match match = Mark().Match(id ?? "");
        return match.Success ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;
    }

    [GeneratedRegex(@"^[a-z]+_scripted_(\d{1,6})_\d+$", RegexOptions.CultureInvariant)]
    private static partial Regex Mark();
}
