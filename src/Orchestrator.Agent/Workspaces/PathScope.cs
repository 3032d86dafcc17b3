using System.Text;
using System.Text.RegularExpressions;

namespace Orchestrator.Agent.Workspaces;

/// <summary>
/// Which paths a task lets a run change. Patterns are relative to the root: <c>*</c> and <c>?</c> stay within a folder,
/// <c>**</c> crosses folders, and a folder's name stands for everything below it.
/// </summary>
public sealed class PathScope(IReadOnlyList<string> allowed, IReadOnlyList<string> protectedPaths)
{
    private readonly Regex[] _allowed = [.. allowed.Select(ToRegex)];
    private readonly Regex[] _protected = [.. protectedPaths.Select(ToRegex)];

    public static PathScope Everything { get; } = new([], []);

    public bool Allows(string path) => WhyNot(path) is null;

    /// <returns>Why a path may not be changed, as the part of a sentence after its name; null if it may.</returns>
    public string? WhyNot(string path) =>
        _protected.Any(pattern => pattern.IsMatch(path)) ? "is protected by this task"
        : _allowed.Length > 0 && !_allowed.Any(pattern => pattern.IsMatch(path)) ? $"is outside of what this task lets you change ({string.Join(", ", allowed)})"
        : null;

    private static Regex ToRegex(string pattern)
    {
        string glob = pattern.Trim();
        glob = glob.StartsWith("./", StringComparison.Ordinal) ? glob[2..] : glob.TrimStart('/');
        glob = glob.TrimEnd('/');
        if (glob is "" or ".")
        {
            return new Regex(string.Empty, RegexOptions.CultureInvariant);
        }

        var text = new StringBuilder("^");
        for (int index = 0; index < glob.Length; index++)
        {
            if (glob.AsSpan(index).StartsWith("**/"))
            {
                text.Append("(.*/)?");
                index += 2;
            }
            else if (glob.AsSpan(index).StartsWith("**"))
            {
                text.Append(".*");
                index += 1;
            }
            else
            {
                text.Append(glob[index] switch
                {
                    '*' => "[^/]*",
                    '?' => "[^/]",
                    char other => Regex.Escape(other.ToString()),
                });
            }
        }

        return new Regex(text.Append(@"(/.*)?\z").ToString(), RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.NonBacktracking);
    }
}
