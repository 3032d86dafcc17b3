using System.Diagnostics.CodeAnalysis;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Tools.FileSearch;

/// <summary>
/// Which files a model means, in the patterns of a task's paths and with alternatives in braces. One without a slash is a name, in whatever folder.
/// </summary>
internal sealed class FileGlob
{
    private const int MostAlternatives = 64;
    private const int LongestGlob = 500;

    private readonly PathScope _scope;

    private FileGlob(IReadOnlyList<string> patterns) => _scope = new PathScope(patterns, []);

    public static bool TryParse(string text, [NotNullWhen(true)] out FileGlob? glob, [NotNullWhen(false)] out string? error)
    {
        List<string> patterns = [text];
        error = text.Length is 0 or > LongestGlob ? $"'glob' must have 1 to {LongestGlob} characters." : null;
        for (int at = 0; error is null && at < patterns.Count;)
        {
            if (!TryTakeApart(patterns[at], out IReadOnlyList<string> alternatives))
            {
                at++;
                continue;
            }

            patterns.RemoveAt(at);
            patterns.InsertRange(at, alternatives);
            error = patterns.Count > MostAlternatives ? $"'glob' may stand for at most {MostAlternatives} patterns." : null;
        }

        glob = error is null ? new FileGlob([.. patterns.Select(pattern => pattern.Contains('/', StringComparison.Ordinal) ? pattern : $"**/{pattern}")]) : null;
        return glob is not null;
    }

    /// <param name="path">From the folder that is searched.</param>
    public bool Matches(string path) => _scope.Allows(path);

    // The innermost braces; what is left has one pair less.
    private static bool TryTakeApart(string pattern, out IReadOnlyList<string> alternatives)
    {
        int close = pattern.IndexOf('}', StringComparison.Ordinal);
        int open = close < 0 ? -1 : pattern.LastIndexOf('{', close);
        alternatives = open < 0
            ? []
            : [.. pattern[(open + 1)..close].Split(',').Select(part => $"{pattern.AsSpan(0, open)}{part}{pattern.AsSpan(close + 1)}")];
        return open >= 0;
    }
}
