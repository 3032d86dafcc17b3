using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Orchestrator.Tools;

/// <summary>Reads what a model wrote as arguments; whatever is wrong with it becomes a sentence the model can act on.</summary>
internal static class ToolArguments
{
    public static bool TryParse(
        string json, [NotNullWhen(true)] out JsonDocument? document, [NotNullWhen(false)] out string? error)
    {
        document = null;
        try
        {
            JsonDocument parsed = JsonDocument.Parse(json);
            if (parsed.RootElement.ValueKind == JsonValueKind.Object)
            {
                document = parsed;
                error = null;
                return true;
            }

            parsed.Dispose();
            error = "The arguments must be a JSON object.";
        }
        catch (JsonException failure)
        {
            error = $"The arguments are not valid JSON: {failure.Message}";
        }
        catch (ArgumentException)
        {
            error = "The arguments hold half of a surrogate pair, which is no text.";
        }

        return false;
    }

    public static bool TryGetText(
        JsonElement root, string name, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? error)
    {
        text = null;
        error = $"'{name}' is required and must be a string.";
        if (!root.TryGetProperty(name, out JsonElement element) || element.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        try
        {
            text = element.GetString()!;
            error = null;
            return true;
        }
        catch (InvalidOperationException)
        {
            error = $"'{name}' holds half of a surrogate pair, which is no text.";
            return false;
        }
    }
}
