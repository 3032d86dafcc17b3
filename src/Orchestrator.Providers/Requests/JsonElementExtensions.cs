using System.Text.Json;

namespace Orchestrator.Providers.Requests;

/// <summary>Reads JSON of which nothing is certain: what is absent or of another type is null.</summary>
internal static class JsonElementExtensions
{
    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement member) ? member : null;

    /// <exception cref="JsonException">The text holds half of a surrogate pair.</exception>
    public static string? Text(this JsonElement element, string name)
    {
        if (element.Member(name) is not { ValueKind: JsonValueKind.String } member)
        {
            return null;
        }

        try
        {
            return member.GetString();
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException($"the value of \"{name}\" is no valid text", exception);
        }
    }

    public static long? Number(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Number } member && member.TryGetInt64(out long number) ? number : null;

    /// <summary>The elements of an array; none where there is no such array.</summary>
    public static IEnumerable<JsonElement> Elements(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Array } member ? member.EnumerateArray() : [];
}
