using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Orchestrator.Tools.Supervision;

namespace Orchestrator.Tools.Bash;

/// <summary>What a model asks of the shell.</summary>
internal sealed record BashArguments(string Command, double? TimeoutSeconds)
{
    private static readonly string Restart = EmbeddedScript.Read("restart.sh");

    public static bool TryParse(string json, [NotNullWhen(true)] out BashArguments? arguments, [NotNullWhen(false)] out string? error)
    {
        arguments = null;
        if (!ToolArguments.TryParse(json, out JsonDocument? document, out error))
        {
            return false;
        }

        using JsonDocument parsed = document;
        JsonElement root = parsed.RootElement;
        if (root.TryGetProperty("restart", out JsonElement restart) && restart.ValueKind == JsonValueKind.True)
        {
            arguments = new(Restart, null);
            error = null;
            return true;
        }

        if (!ToolArguments.TryGetText(root, "command", out string? command, out error))
        {
            return false;
        }

        error = (command, root.TryGetProperty("timeout_seconds", out JsonElement timeout)) switch
        {
            _ when string.IsNullOrWhiteSpace(command) => "'command' must not be empty.",
            _ when command.Contains('\0', StringComparison.Ordinal) => "'command' must not contain a NUL character.",
            (_, true) when timeout.ValueKind != JsonValueKind.Null && !IsPositive(timeout) => "'timeout_seconds' must be a number above 0.",
            _ => null,
        };
        if (error is not null)
        {
            return false;
        }

        arguments = new(command, timeout.ValueKind == JsonValueKind.Number ? timeout.GetDouble() : null);
        return true;
    }

    private static bool IsPositive(JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out double seconds) && seconds > 0;
}
