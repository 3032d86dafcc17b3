using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Tools.Computer;

/// <summary>
/// Reads what a model wants done at the screen: a list of actions by the names of the Responses tool, or one by the names of the Messages
/// tool, each at places of the picture it is shown. One that can't be done is told before any is.
/// </summary>
internal static class ActionReader
{
    private const int MostActions = 100;
    private const int LongestText = 10_000;

    public static bool TryRead(
        string arguments, ScreenScale scale, [NotNullWhen(true)] out IReadOnlyList<ComputerAction>? actions, [NotNullWhen(false)] out string? error)
    {
        actions = null;
        if (!ToolArguments.TryParse(arguments, out JsonDocument? document, out error))
        {
            return false;
        }

        using JsonDocument parsed = document;
        try
        {
            actions = ReadAll(parsed.RootElement, scale);
            return true;
        }
        catch (ActionException wrong)
        {
            error = $"{wrong.Message} Nothing was done.";
            return false;
        }
    }

    private static ComputerAction[] ReadAll(JsonElement root, ScreenScale scale)
    {
        if (root.TryGetProperty("actions", out JsonElement list))
        {
            return list.ValueKind != JsonValueKind.Array ? throw new ActionException("'actions' must be a list of actions.")
                : list.GetArrayLength() > MostActions ? throw new ActionException($"'actions' has {list.GetArrayLength()} actions; {MostActions} are the most.")
                : list.GetArrayLength() == 0 ? [new ComputerAction.Look()]
                : [.. list.EnumerateArray().Select((action, index) => Read(new ActionFields(action, $"actions[{index}]", scale)))];
        }

        return root.TryGetProperty("action", out JsonElement one)
            ? [Read(one.ValueKind == JsonValueKind.Object ? new ActionFields(one, "action", scale) : new ActionFields(root, "the call", scale))]
            : throw new ActionException("'actions' is missing: give a list of actions, each with its 'type'.");
    }

    private static ComputerAction Read(ActionFields action) => action.Name switch
    {
        "screenshot" => new ComputerAction.Look(),
        "cursor_position" => new ComputerAction.FindPointer(),
        "zoom" => new ComputerAction.Zoom(action.Part()),
        "move" or "mouse_move" => new ComputerAction.Move(action.Place(), action.Held()),
        "click" => new ComputerAction.Click(action.Place(), action.Button(), 1, action.Held()),
        "left_click" => new ComputerAction.Click(action.PlaceOrNone(), 1, 1, action.Held()),
        "middle_click" => new ComputerAction.Click(action.PlaceOrNone(), 2, 1, action.Held()),
        "right_click" => new ComputerAction.Click(action.PlaceOrNone(), 3, 1, action.Held()),
        "double_click" => new ComputerAction.Click(action.PlaceOrNone(), 1, 2, action.Held()),
        "triple_click" => new ComputerAction.Click(action.PlaceOrNone(), 1, 3, action.Held()),
        "left_mouse_down" => new ComputerAction.HoldButton(true),
        "left_mouse_up" => new ComputerAction.HoldButton(false),
        "drag" or "left_click_drag" => new ComputerAction.Drag(action.Path(), action.Held()),
        "scroll" => action.Scroll(),
        "keypress" or "key" => new ComputerAction.Press(action.Keys(), TimeSpan.Zero),
        "hold_key" => new ComputerAction.Press(action.Keys(), action.Duration()),
        "type" => new ComputerAction.Write(TextOf(action)),
        "wait" => new ComputerAction.Wait(action.Duration()),
        var other => throw new ActionException(
            $"{action.At}: there is no action '{other}'. There are click, double_click, triple_click, drag, keypress, hold_key, move, screenshot, scroll, type, wait, zoom."),
    };

    private static string TextOf(ActionFields action)
    {
        string text = action.Text("text").ReplaceLineEndings("\n");
        if (text.Length > LongestText)
        {
            throw new ActionException($"{action.At}: 'text' has {text.Length} characters; {LongestText} are the most.");
        }

        foreach (Rune letter in text.EnumerateRunes())
        {
            if (KeyNames.SymbolOf(letter) is null)
            {
                throw new ActionException($"{action.At}: 'text' holds the control character U+{letter.Value:X4}, which no key writes; use 'keypress'.");
            }
        }

        return text;
    }
}
