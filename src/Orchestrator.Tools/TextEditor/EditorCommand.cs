using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Orchestrator.Tools.TextEditor;

/// <summary>What a model asks of the editor.</summary>
internal abstract record EditorCommand
{
    private EditorCommand(string path) => Path = path;

    public string Path { get; }

    /// <summary>Shows a file, or the lines from First to Last (-1 for the end), or a folder.</summary>
    public sealed record View(string File, int? First, int? Last) : EditorCommand(File);

    public sealed record Create(string File, string Text) : EditorCommand(File);

    public sealed record Replace(string File, string Old, string New) : EditorCommand(File);

    /// <summary>Inserts after the line; 0 for the beginning.</summary>
    public sealed record Insert(string File, int Line, string Text) : EditorCommand(File);

    public static bool TryParse(string json, [NotNullWhen(true)] out EditorCommand? command, [NotNullWhen(false)] out string? error)
    {
        command = null;
        if (!ToolArguments.TryParse(json, out JsonDocument? document, out error))
        {
            return false;
        }

        using JsonDocument parsed = document;
        JsonElement root = parsed.RootElement;
        if (!ToolArguments.TryGetText(root, "command", out string? name, out error)
            || !ToolArguments.TryGetText(root, "path", out string? path, out error))
        {
            return false;
        }

        command = name switch
        {
            "view" => ParseView(root, path, out error),
            "create" => ToolArguments.TryGetText(root, "file_text", out string? text, out error) ? new Create(path, text) : null,
            "str_replace" => ParseReplace(root, path, out error),
            "insert" => ParseInsert(root, path, out error),
            _ => null,
        };
        error = command is null ? error ?? $"'{name}' is no command of the editor; use view, create, str_replace or insert." : null;
        return command is not null;
    }

    private static View? ParseView(JsonElement root, string path, out string? error)
    {
        error = null;
        if (!root.TryGetProperty("view_range", out JsonElement range) || range.ValueKind == JsonValueKind.Null)
        {
            return new View(path, null, null);
        }

        if (range.ValueKind == JsonValueKind.Array && range.GetArrayLength() == 2
            && TryGetLine(range[0], out int first) && TryGetLine(range[1], out int last))
        {
            return new View(path, first, last);
        }

        error = "'view_range' must be two line numbers, as in [1, 40], or [40, -1] to the end.";
        return null;
    }

    // A replacement may be left out: the match is then deleted.
    private static Replace? ParseReplace(JsonElement root, string path, out string? error)
    {
        if (!ToolArguments.TryGetText(root, "old_str", out string? old, out error))
        {
            return null;
        }

        if (!root.TryGetProperty("new_str", out JsonElement replacement) || replacement.ValueKind == JsonValueKind.Null)
        {
            return new Replace(path, old, "");
        }

        return ToolArguments.TryGetText(root, "new_str", out string? text, out error) ? new Replace(path, old, text) : null;
    }

    // One and the same argument goes by two names in the two published versions of this tool.
    private static Insert? ParseInsert(JsonElement root, string path, out string? error)
    {
        string name = root.TryGetProperty("new_str", out _) ? "new_str" : "insert_text";
        if (!ToolArguments.TryGetText(root, name, out string? text, out error))
        {
            return null;
        }

        if (root.TryGetProperty("insert_line", out JsonElement element) && TryGetLine(element, out int line))
        {
            return new Insert(path, line, text);
        }

        error = "'insert_line' is required and must be a line number; the text goes after it, 0 is the beginning.";
        return null;
    }

    private static bool TryGetLine(JsonElement element, out int line)
    {
        line = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out line);
    }
}
