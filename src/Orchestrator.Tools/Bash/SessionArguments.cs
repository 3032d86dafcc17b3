using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Orchestrator.Tools.Bash;

/// <summary>What a model asks of a session.</summary>
/// <param name="Command">What a new one runs; null for one that is there.</param>
/// <param name="Session">The one that is there; null for a new one.</param>
/// <param name="Input">What it is to read.</param>
/// <param name="Stop">It is to end.</param>
/// <param name="WaitSeconds">How long its end is waited for.</param>
/// <param name="TimeoutSeconds">How long a new one may run.</param>
internal sealed partial record SessionArguments(string? Command, string? Session, string? Input, bool Stop, double? WaitSeconds, double? TimeoutSeconds)
{
    public static bool TryParse(string json, [NotNullWhen(true)] out SessionArguments? arguments, [NotNullWhen(false)] out string? error)
    {
        arguments = null;
        if (!ToolArguments.TryParse(json, out JsonDocument? document, out error))
        {
            return false;
        }

        using JsonDocument parsed = document;
        JsonElement root = parsed.RootElement;
        if (!TryGetText(root, "command", out string? command, out error) || !TryGetText(root, "session", out string? session, out error)
            || !TryGetText(root, "input", out string? input, out error)
            || !TryGetNumber(root, "wait_seconds", out double? wait, out error) || !TryGetNumber(root, "timeout_seconds", out double? timeout, out error))
        {
            return false;
        }

        bool stop = root.TryGetProperty("stop", out JsonElement wanted) && wanted.ValueKind == JsonValueKind.True;
        error = (command, session) switch
        {
            (null, null) => "Give 'command' to start a session, or 'session' to go on with one.",
            (not null, not null) => "'command' starts a session of its own: leave 'session' out, or use 'input'.",
            (not null, _) when string.IsNullOrWhiteSpace(command) => "'command' must not be empty.",
            (not null, _) when command.Contains('\0', StringComparison.Ordinal) => "'command' must not contain a NUL character.",
            (not null, _) when input is not null || stop => "'input' and 'stop' are for a session that is there: give 'session'.",
            (_, not null) when !Id().IsMatch(session) => $"'{session}' is no session: its id is what the call that started it said.",
            _ => null,
        };
        arguments = error is null ? new(command, session, input, stop, wait, timeout) : null;
        return error is null;
    }

    private static bool TryGetText(JsonElement root, string name, out string? text, [NotNullWhen(false)] out string? error)
    {
        (text, error) = (null, string.Empty);
        return !root.TryGetProperty(name, out JsonElement element) || element.ValueKind == JsonValueKind.Null || ToolArguments.TryGetText(root, name, out text, out error);
    }

    private static bool TryGetNumber(JsonElement root, string name, out double? number, [NotNullWhen(false)] out string? error)
    {
        (number, error) = (null, $"'{name}' must be a number from 0.");
        if (!root.TryGetProperty(name, out JsonElement element) || element.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        if (element.ValueKind != JsonValueKind.Number || !element.TryGetDouble(out double value) || value < 0)
        {
            return false;
        }

        number = value;
        return true;
    }

    [GeneratedRegex(@"^\d{6}-\d{3}-\d{1,3}$")]
    private static partial Regex Id();
}
