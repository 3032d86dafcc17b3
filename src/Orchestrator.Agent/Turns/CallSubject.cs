using System.Text.Json;

namespace Orchestrator.Agent.Turns;

/// <summary>What a tool call does, in the words that a policy's rules match and a person reads.</summary>
internal static class CallSubject
{
    /// <returns>A command line, or an operation and its path; the arguments themselves if they are something else.</returns>
    public static string Of(string arguments)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(arguments);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("command", out JsonElement command) || command.ValueKind != JsonValueKind.String)
            {
                return arguments;
            }

            return root.TryGetProperty("path", out JsonElement path) && path.ValueKind == JsonValueKind.String
                ? $"{command.GetString()} {path.GetString()}"
                : command.GetString()!;
        }
        catch (JsonException)
        {
            return arguments;
        }
    }
}
