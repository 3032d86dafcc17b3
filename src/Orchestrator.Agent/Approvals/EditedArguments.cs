using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Agent.Approvals;

/// <summary>What a person wrote in place of a call's arguments.</summary>
public static class EditedArguments
{
    /// <summary>The text itself, or for a call that is a command, and a text that is no JSON, the call with that command.</summary>
    /// <param name="arguments">The call's arguments; null where there is none.</param>
    /// <param name="text">What the person wrote.</param>
    public static string Of(string? arguments, string text)
    {
        if (arguments is null || IsObject(text))
        {
            return text;
        }

        try
        {
            if (JsonNode.Parse(arguments) is JsonObject call && call["command"] is JsonValue value && value.GetValueKind() == JsonValueKind.String)
            {
                using var written = new MemoryStream();
                using (var json = new Utf8JsonWriter(written))
                {
                    json.WriteStartObject();
                    foreach ((string name, JsonNode? part) in call)
                    {
                        json.WritePropertyName(name);
                        if (name == "command")
                        {
                            json.WriteStringValue(text.TrimEnd('\n'));
                        }
                        else if (part is null)
                        {
                            json.WriteNullValue();
                        }
                        else
                        {
                            part.WriteTo(json);
                        }
                    }

                    json.WriteEndObject();
                }

                return System.Text.Encoding.UTF8.GetString(written.ToArray());
            }
        }
        catch (JsonException)
        {
            // The call's own arguments are no JSON, so there is no command to put another in the place of.
        }

        return text;
    }

    private static bool IsObject(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
