using System.Text.Json;

namespace Orchestrator.Agent.Turns;

/// <summary>What a call does at a screen, in the words of a rule: a line for each action, its name first.</summary>
internal static class ScreenActions
{
    /// <summary>Members that say what an action is, and nothing of what it does.</summary>
    private static readonly string[] Names = ["type", "action", "pending_safety_checks"];

    /// <returns>As in <c>click 40 20 left</c>; null for arguments that are no actions.</returns>
    public static string? InWords(JsonElement arguments)
    {
        JsonElement[] actions = arguments.TryGetProperty("actions", out JsonElement list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()]
            : arguments.TryGetProperty("action", out JsonElement one) ? [one.ValueKind == JsonValueKind.Object ? one : arguments]
            : [];
        return actions.Length > 0 && actions.All(action => action.ValueKind == JsonValueKind.Object) ? string.Join('\n', actions.Select(Line)) : null;
    }

    private static string Line(JsonElement action)
    {
        string name = action.TryGetProperty("type", out JsonElement type) ? type.ToString() : action.TryGetProperty("action", out JsonElement other) ? other.ToString() : "?";
        return string.Join(' ', action.EnumerateObject().Where(member => !Names.Contains(member.Name)).Select(member => Told(member.Value)).Prepend(name).Where(part => part.Length > 0));
    }

    private static string Told(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => string.Join(' ', value.EnumerateArray().Select(Told)),
        JsonValueKind.Object => string.Join(' ', value.EnumerateObject().Select(member => Told(member.Value))),
        JsonValueKind.String => value.GetString()!.ReplaceLineEndings(" "),
        JsonValueKind.Null => string.Empty,
        _ => value.GetRawText(),
    };
}
