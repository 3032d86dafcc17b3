using System.Text.RegularExpressions;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Routing;

/// <summary>Tasks that the same models are good at, and how to tell them.</summary>
/// <param name="Name">What a task calls it, as in <c>patch</c>.</param>
/// <param name="Signs">What tells such a task; null if every task is one.</param>
/// <param name="Models">Who works on it, the preferred first; at least one.</param>
/// <param name="Because">What is said for these models, as the end of a sentence.</param>
public sealed record TaskKind(string Name, TaskSigns? Signs, IReadOnlyList<string> Models, string Because);

/// <summary>What tells a kind of task; one of them is enough.</summary>
/// <param name="Context">Patterns of a file's path or name under the task's context.</param>
/// <param name="ContextBytes">How large these files are together, at least; null for any size.</param>
/// <param name="Words">Words of the objective, whatever their case.</param>
public sealed record TaskSigns(IReadOnlyList<string> Context, long? ContextBytes, IReadOnlyList<string> Words)
{
    /// <summary>The sign that a task shows, in words; null if it shows none.</summary>
    /// <param name="task">The task.</param>
    /// <param name="contextBytes">The size of its context's files.</param>
    public string? In(AgentTask task, long contextBytes)
    {
        if (task.Context.FirstOrDefault(path => Context.Any(pattern => Fits(pattern, path))) is { } file)
        {
            return $"its context has {file}";
        }

        if (contextBytes >= ContextBytes)
        {
            return $"its context has {contextBytes:N0} bytes";
        }

        return Words.FirstOrDefault(word => Regex.IsMatch(task.Objective, $@"(?<!\w){Regex.Escape(word)}(?!\w)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant))
            is { } said
            ? $"its objective says '{said}'"
            : null;
    }

    private static bool Fits(string pattern, string path) => Wildcard.IsMatch(pattern, path) || Wildcard.IsMatch(pattern, Path.GetFileName(path));
}
