using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Providers.Requests;

/// <summary>Puts JSON together from the pieces of a stream, members that nobody here knows included.</summary>
internal static class JsonMerge
{
    /// <summary>Members that say what something is: a stream may repeat them, and they never come in pieces.</summary>
    private static readonly HashSet<string> Names = ["role", "type", "id", "name", "index", "object"];

    private static readonly JsonWriterOptions Written = BodyWriter.Json;

    /// <exception cref="JsonException">It is no object, or absent.</exception>
    public static JsonObject ToObject(JsonElement element) => element.ValueKind == JsonValueKind.Object
        ? JsonNode.Parse(element.GetRawText())!.AsObject()
        : throw new JsonException("what should be an object is none");

    /// <summary>Adds a piece: texts and lists grow, objects are merged, elements with an <c>index</c> are matched by it.</summary>
    /// <exception cref="JsonException">A text holds half of a surrogate pair.</exception>
    public static void Merge(JsonObject target, JsonObject piece)
    {
        foreach ((string name, JsonNode? value) in piece)
        {
            target[name] = (target[name], value) switch
            {
                (not null and var kept, null) => kept.DeepClone(),
                (JsonValue said, JsonValue more) when !Names.Contains(name) && IsText(said) && IsText(more) =>
                    Text(said) + Text(more),
                (JsonObject begun, JsonObject more) => Merged(begun, more),
                (JsonArray begun, JsonArray more) => Merged(begun, more),
                _ => value?.DeepClone(),
            };
        }
    }

    /// <exception cref="JsonException">The text holds half of a surrogate pair.</exception>
    public static byte[] ToUtf8(JsonNode node)
    {
        using MemoryStream stream = new();
        try
        {
            using Utf8JsonWriter json = new(stream, Written);
            node.WriteTo(json);
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException("a text is no valid text", exception);
        }

        return stream.ToArray();
    }

    /// <exception cref="JsonException">The text holds half of a surrogate pair.</exception>
    private static string Text(JsonValue text)
    {
        try
        {
            return text.GetValue<string>();
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException("a text is no valid text", exception);
        }
    }

    private static bool IsText(JsonValue value) => value.GetValueKind() == JsonValueKind.String;

    private static JsonObject Merged(JsonObject begun, JsonObject more)
    {
        JsonObject merged = (JsonObject)begun.DeepClone();
        Merge(merged, more);
        return merged;
    }

    private static JsonArray Merged(JsonArray begun, JsonArray more)
    {
        JsonArray merged = (JsonArray)begun.DeepClone();
        foreach (JsonNode? element in more)
        {
            if (element is JsonObject piece && merged.OfType<JsonObject>().LastOrDefault(other => IsOneWith(other, piece)) is { } same)
            {
                Merge(same, piece);
            }
            else
            {
                merged.Add(element?.DeepClone());
            }
        }

        return merged;
    }

    // Some endpoints give every call the index 0, and tell calls apart by their ids only.
    private static bool IsOneWith(JsonObject begun, JsonObject piece) =>
        piece["index"] is { } index && begun["index"] is { } other && JsonNode.DeepEquals(index, other)
        && (TextOf(piece, "id") is null or "" || TextOf(piece, "id") == TextOf(begun, "id"));

    /// <summary>A member's text; null where it has none.</summary>
    /// <exception cref="JsonException">The text holds half of a surrogate pair.</exception>
    public static string? TextOf(JsonObject element, string name) =>
        element[name] is JsonValue value && IsText(value) ? Text(value) : null;
}
