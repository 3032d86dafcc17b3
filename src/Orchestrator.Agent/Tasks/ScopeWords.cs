using System.Text.RegularExpressions;

namespace Orchestrator.Agent.Tasks;

/// <summary>Judges whether a task says how far its changes may reach: by its allowed paths, else by its words.</summary>
internal static partial class ScopeWords
{
    public static bool IsUnbounded(AgentTask task)
    {
        if (task.AllowedPaths.Any(path => CatchAll().IsMatch(path)) || IsOpenEnded(task.Objective))
        {
            return true;
        }

        bool saysLimit = task.Constraints.Append(task.Objective).Any(text => Limits().IsMatch(text));
        bool isOneFile = Precision.NamesFile(task.Objective) && !Sweeping().IsMatch(task.Objective);
        return task.AllowedPaths.Count == 0 && !saysLimit && !isOneFile;
    }

    /// <summary>Some sentence invites changes without an end, and isn't there to forbid them.</summary>
    private static bool IsOpenEnded(string objective) =>
        Precision.Sentences(objective).Any(sentence => OpenEnds().IsMatch(sentence) && !Negation().IsMatch(sentence));

    /// <summary>Nothing but wildcards, dots and slashes.</summary>
    [GeneratedRegex(@"^[\s*./]*$")]
    private static partial Regex CatchAll();

    [GeneratedRegex(
        """
        \b(whatever\s+else | anything\s+else\s+(you|that\s+(needs|looks|is|could)) | everything\s+(else\s+)?(you|that\s+(needs|looks))
          | while\s+(you('re|\s+are)\s+)?(at|in)\s+(it|there) | as\s+you\s+see\s+fit | feel\s+free | wherever\s+(you|needed|necessary|possible|it)
          | (any|all)\s+other\s+(issues?|problems?|bugs?|improvements?|files?|places?|things?)
          | (and|or)\s+so\s+on | and\s+more\b | etc\b)
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase)]
    private static partial Regex OpenEnds();

    [GeneratedRegex(@"\b(not|never|n't|without|no|nothing|leave|keep|only|unchanged|untouched)\b|n['’]t\b", RegexOptions.IgnoreCase)]
    private static partial Regex Negation();

    [GeneratedRegex(
        """
        \b(only\s+(change|touch|edit|modify|in|this|the|that|within|files?|under)
          | (change|touch|edit|modify)\s+(only|nothing) | nothing\s+else | no\s+other\s+(file|module|folder|code|package|endpoint|function|place)
          | (do\s+not|don['’]t|must\s+not|never|without)\s+(change|changing|touch|touching|edit|editing|modify|modifying)\s+(any|anything|other|the\s+other|files?|code)
          | (everything|anything|all)\s+else\s+(\w+\s+){0,3}(as\s+(it\s+)?is|unchanged|untouched|alone|out)
          | leave\s+(everything|all|the\s+rest|the\s+other) | (limit|limited|confine|confined|restrict|restricted)\b | out\s+of\s+scope | outside\s+(of\s+)?[\w./`]+
          | a\s+single\s+(file|function|module) | one\s+(file|function|module)\s+only)
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase)]
    private static partial Regex Limits();

    [GeneratedRegex(
        """
        \b((whole|entire|complete|full)\s+\w+ | (across|throughout)\b | everywhere | every\s+(file|module|class|function|service|package|component|page)
          | all\s+(the\s+)?(files|modules|classes|functions|services|packages|components|pages|code|call\s*sites|usages|places) | code\s?-?base | repo(sitory)?-wide | project-wide)\b
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase)]
    private static partial Regex Sweeping();
}
