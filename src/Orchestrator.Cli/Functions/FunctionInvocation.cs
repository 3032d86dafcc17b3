using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Cli.Functions;

/// <summary>One call of the Functions host, as it sends it to a custom handler: what is bound, and what it knows beside that.</summary>
internal sealed class FunctionInvocation
{
    private readonly JsonObject _data;
    private readonly JsonObject _metadata;

    private FunctionInvocation(JsonObject data, JsonObject metadata) => (_data, _metadata) = (data, metadata);

    /// <exception cref="FormatException">It is none.</exception>
    public static FunctionInvocation Read(ReadOnlySpan<byte> body)
    {
        JsonNode? envelope;
        try
        {
            envelope = JsonNode.Parse(body);
        }
        catch (JsonException failure)
        {
            throw new FormatException($"The call is not JSON: {failure.Message}", failure);
        }

        return envelope?["Data"] is JsonObject data
            ? new FunctionInvocation(data, envelope["Metadata"] as JsonObject ?? [])
            : throw new FormatException("The call has no object 'Data'.");
    }

    /// <summary>The text that a binding holds. The host encodes a string as JSON, and that text as a JSON string once more.</summary>
    /// <exception cref="FormatException">Nothing is bound there, or no text.</exception>
    public string Text(string binding) => TextOf(_data[binding]) ?? throw new FormatException($"The call has no text 'Data.{binding}'.");

    /// <summary>The object that a binding holds, however often it was encoded; null if there is none.</summary>
    public JsonObject? Object(string binding) => ObjectOf(_data[binding]);

    /// <summary>What the host knows of the call; null if it doesn't.</summary>
    public string? Fact(string name) => _metadata.FirstOrDefault(fact => string.Equals(fact.Key, name, StringComparison.OrdinalIgnoreCase)).Value is { } fact
        ? TextOf(fact)
        : null;

    private static string? TextOf(JsonNode? node)
    {
        if (node is not JsonValue value || !value.TryGetValue(out string? text))
        {
            return node?.ToJsonString();
        }

        return text is ['"', .., '"'] && TryParse(text) is JsonValue inner && inner.TryGetValue(out string? decoded) ? decoded : text;
    }

    private static JsonObject? ObjectOf(JsonNode? node) => node switch
    {
        JsonObject found => found,
        JsonValue value when value.TryGetValue(out string? text) => ObjectOf(TryParse(text)),
        _ => null,
    };

    private static JsonNode? TryParse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
