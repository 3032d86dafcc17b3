using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Orchestrator.Server.Intake;

/// <summary>Reads bodies of deliveries: strictly, and only what is asked for.</summary>
internal static partial class HookJson
{
    private const int Deepest = 64;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = Deepest, AllowDuplicateProperties = false };

    /// <exception cref="HookFormatException">It is no JSON object of UTF-8, or names something twice.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        if (!Utf8.IsValid(body.Span))
        {
            throw new HookFormatException("The body is not UTF-8.");
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body, Strict);
        }
        catch (JsonException failure)
        {
            throw new HookFormatException($"The body is no JSON that is read here: {failure.Message}", failure);
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            return document;
        }

        document.Dispose();
        throw new HookFormatException("The body is no JSON object.");
    }

    /// <returns>The value at the end of the way; null where there is none.</returns>
    public static JsonElement? At(this JsonElement body, params ReadOnlySpan<string> way)
    {
        JsonElement at = body;
        foreach (string name in way)
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
            {
                return null;
            }
        }

        return at.ValueKind == JsonValueKind.Null ? null : at;
    }

    /// <returns>The text at the end of the way; null where there is nothing.</returns>
    public static string? Text(this JsonElement body, params ReadOnlySpan<string> way)
    {
        if (body.At(way) is not { } value)
        {
            return null;
        }

        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(way, "a text");
        }
        catch (InvalidOperationException failure)
        {
            throw new HookFormatException($"'{string.Join('.', way!)}' holds half a character.", failure);
        }
    }

    public static string Need(this JsonElement body, params ReadOnlySpan<string> way) => body.Text(way) is { Length: > 0 } text ? text : throw Wrong(way, "a text");

    public static long? Number(this JsonElement body, params ReadOnlySpan<string> way) => body.At(way) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt64(out long number) => number,
        _ => throw Wrong(way, "a whole number"),
    };

    public static DateTimeOffset? Time(this JsonElement body, params ReadOnlySpan<string> way) => body.Text(way) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : throw Wrong(way, "a time");

    public static IEnumerable<JsonElement> Items(this JsonElement body, params ReadOnlySpan<string> way) => body.At(way) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } value => value.EnumerateArray(),
        _ => throw Wrong(way, "a list"),
    };

    /// <returns>An address of the web that a page may link to; null where there is none. Nothing ever asks it.</returns>
    public static Uri? Link(this JsonElement body, params ReadOnlySpan<string> way) =>
        Uri.TryCreate(body.Text(way), UriKind.Absolute, out Uri? link) && link.Scheme is "http" or "https" && link.OriginalString.Length <= 2000 ? link : null;

    /// <summary>A name that may stand in lists and logs.</summary>
    public static string Name(string? text, string what) =>
        text is not null && NameForm().IsMatch(text) ? text : throw new HookFormatException($"{what} must be 1 to 100 letters, digits, or any of . _ : / # @ + -");

    private static HookFormatException Wrong(ReadOnlySpan<string> way, string kind) => new($"'{string.Join('.', way!)}' must be {kind}.");

    [GeneratedRegex(@"^[A-Za-z0-9._:/#@+-]{1,100}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();
}
