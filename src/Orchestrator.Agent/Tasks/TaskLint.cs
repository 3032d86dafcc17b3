using System.Text.RegularExpressions;

namespace Orchestrator.Agent.Tasks;

/// <summary>One of the four mistakes that make long tasks fail, found before anything is spent.</summary>
/// <param name="Mistake">Its name: <c>too vague</c>, <c>missing context</c>, <c>no success criterion</c> or <c>unbounded scope</c>.</param>
/// <param name="Advice">What to write instead.</param>
public sealed record LintFinding(string Mistake, string Advice);

/// <summary>Names the four mistakes in a task. It judges words, so its findings warn and never stop a run.</summary>
public static partial class TaskLint
{
    private const int WordsOfAPreciseObjective = 6;

    private static readonly string[] CatchAll = ["*", "**", "**/*", ".", "./", "./**", "/"];

    public static IReadOnlyList<LintFinding> Check(AgentTask task)
    {
        var findings = new List<LintFinding>();
        if (IsVague(task.Objective))
        {
            findings.Add(new("too vague", "Say what must be true afterwards: name the function, endpoint or file, the behaviour, and the limits."));
        }

        if (LacksContext(task))
        {
            findings.Add(new("missing context", "Name the stack under 'project' and the files or functions concerned under 'context' or in the objective."));
        }

        if (task.Success.All(criterion => ProvesNothing(criterion.Run)))
        {
            findings.Add(new("no success criterion", "Add a command under 'success' that fails before the work and passes after it, such as the test suite."));
        }

        if (task.AllowedPaths.Count == 0 || task.AllowedPaths.Any(path => CatchAll.Contains(path.Trim())))
        {
            findings.Add(new("unbounded scope", "List under 'allowedPaths' the folders that may change."));
        }

        return findings;
    }

    private static bool IsVague(string objective)
    {
        bool isSpecific = Specifics().IsMatch(objective);
        int words = Words().Count(objective);
        return (words < WordsOfAPreciseObjective && !isSpecific) || (VaguePhrases().IsMatch(objective) && !isSpecific);
    }

    private static bool LacksContext(AgentTask task)
    {
        bool namesStack = task.Project.Language is not null || task.Project.Framework is not null;
        return task.Context.Count == 0 && !(namesStack && Specifics().IsMatch(task.Objective));
    }

    private static bool ProvesNothing(string command) => Trivial().IsMatch(command);

    [GeneratedRegex(@"[\p{L}\p{N}_'-]+")]
    private static partial Regex Words();

    /// <summary>Paths, routes, calls, quoted text, identifiers in camel, Pascal or snake case, numbers.</summary>
    [GeneratedRegex(@"[\w-]+[/\\][\w.-]+|(^|\s)/[\w{]|\b[\w-]+\.(?!\s)[A-Za-z]{1,5}\b|\w+\(|[`""'][^`""'\s]+[`""']|\b[a-z]+[A-Z]\w*|\b[A-Z][a-z]+[A-Z]\w*|\b\w+_\w+|--?[a-z][\w-]+|\b\d+\b")]
    private static partial Regex Specifics();

    [GeneratedRegex(@"\b(improve|better|clean\s*up|tidy|optimi[sz]e|faster|refactor|moderni[sz]e|polish|enhance|nicer?|good|properly|fix (the |all |some )?(bugs?|issues?|problems?|errors?|tests?|it|things|everything)|make (it|this|things) work|as needed|and so on|etc|stuff|things|somehow|whatever|more robust|production[- ]ready|best practices)\b", RegexOptions.IgnoreCase)]
    private static partial Regex VaguePhrases();

    [GeneratedRegex(@"^\s*(true|:|exit 0|/bin/true|(echo|printf|ls|pwd|date|cat|sleep)\b[^|;&]*)\s*$")]
    private static partial Regex Trivial();
}
