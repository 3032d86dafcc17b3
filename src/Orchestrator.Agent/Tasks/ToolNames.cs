namespace Orchestrator.Agent.Tasks;

/// <summary>What the tools are called here, and what else people and vendors call them.</summary>
public static class ToolNames
{
    public const string ApplyPatch = "apply_patch";

    public const string Bash = "bash";

    /// <summary>Commands that run while the model does something else.</summary>
    public const string BashSession = "bash_session";

    /// <summary>Pointer and keyboard at a screen; only for tasks that ask for one.</summary>
    public const string Computer = "computer";

    public const string Plan = "update_plan";

    public const string SearchFiles = "search_files";

    public const string TextEditor = "str_replace_based_edit_tool";

    /// <summary>What the names of servers' tools begin with.</summary>
    public const string ServedPrefix = "mcp__";

    /// <summary>A tool's name here, by any name that goes around for it; a name that nobody knows stays as it is.</summary>
    public static string Of(string name) => name switch
    {
        "shell" or "local_shell" or "bash_20250124" or "terminal" => Bash,
        "text_editor" or "str_replace_editor" or "text_editor_20250728" => TextEditor,
        "patch" => ApplyPatch,
        "grep" or "glob" or "file_search" or "find_files" or "grep_files" or "search_file_content" => SearchFiles,
        "plan" or "todo_write" or "TodoWrite" => Plan,
        "computer_use" or "computer_use_preview" or "computer_20250124" or "computer_20251124" => Computer,
        _ => name,
    };
}
