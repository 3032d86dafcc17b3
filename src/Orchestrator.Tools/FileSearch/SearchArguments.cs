using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Orchestrator.Tools.FileSearch;

/// <summary>What a model looks for.</summary>
internal sealed record SearchArguments
{
    private const int LongestPattern = 1000;
    private const int MostContext = 20;

    /// <summary>Null to list files.</summary>
    public string? Pattern { get; private init; }

    /// <summary>The pattern is a text, no expression.</summary>
    public bool IsLiteral { get; private init; }

    public bool IgnoresCase { get; private init; }

    /// <summary>Null for all files.</summary>
    public FileGlob? Glob { get; private init; }

    public string Path { get; private init; } = ".";

    /// <summary>Files that git ignores are looked at as well.</summary>
    public bool WithIgnored { get; private init; }

    /// <summary>Only the files' names are wanted, not their lines.</summary>
    public bool NamesOnly { get; private init; }

    /// <summary>Lines shown before and behind a matching one.</summary>
    public int Context { get; private init; }

    public static bool TryParse(string json, [NotNullWhen(true)] out SearchArguments? arguments, [NotNullWhen(false)] out string? error)
    {
        arguments = null;
        if (!ToolArguments.TryParse(json, out JsonDocument? document, out error))
        {
            return false;
        }

        using JsonDocument parsed = document;
        JsonElement root = parsed.RootElement;
        if (!TryGetOptional(root, "pattern", out string? pattern, out error)
            || !TryGetOptional(root, "glob", out string? glob, out error)
            || !TryGetOptional(root, "path", out string? path, out error))
        {
            return false;
        }

        error = ErrorOf(root, pattern, path);
        if (error is not null)
        {
            return false;
        }

        FileGlob? files = null;
        if (glob is not null && !FileGlob.TryParse(glob, out files, out error))
        {
            return false;
        }

        arguments = new SearchArguments
        {
            Pattern = pattern,
            IsLiteral = IsSet(root, "literal"),
            IgnoresCase = IsSet(root, "ignore_case"),
            Glob = files,
            Path = path is null or "" ? "." : path,
            WithIgnored = IsSet(root, "include_ignored"),
            NamesOnly = IsSet(root, "names_only"),
            Context = ContextOf(root) ?? 0,
        };
        return true;
    }

    private static string? ErrorOf(JsonElement root, string? pattern, string? path) => (pattern, path) switch
    {
        ("", _) => "'pattern' must not be empty; leave it out to list files.",
        ({ Length: > LongestPattern }, _) => $"'pattern' may have at most {LongestPattern} characters.",
        ({ } text, _) when text.AsSpan().ContainsAny("\n\r\0") => "'pattern' is looked for within a line; it must not contain a line end, or NUL.",
        (_, { } place) when place.Contains('\0', StringComparison.Ordinal) => "'path' must not contain a NUL character.",
        _ when ContextOf(root) is null or < 0 or > MostContext => $"'context' must be a number of lines from 0 to {MostContext}.",
        _ => null,
    };

    /// <returns>0 where it is left out, null where it is no number.</returns>
    private static int? ContextOf(JsonElement root) =>
        !root.TryGetProperty("context", out JsonElement element) || element.ValueKind == JsonValueKind.Null ? 0
        : element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int lines) ? lines
        : null;

    private static bool TryGetOptional(JsonElement root, string name, out string? text, [NotNullWhen(false)] out string? error)
    {
        text = null;
        error = null;
        return !root.TryGetProperty(name, out JsonElement element) || element.ValueKind == JsonValueKind.Null
            || ToolArguments.TryGetText(root, name, out text, out error);
    }

    private static bool IsSet(JsonElement root, string name) => root.TryGetProperty(name, out JsonElement element) && element.ValueKind == JsonValueKind.True;
}
