using System.Text.RegularExpressions;

namespace Orchestrator.Agent.Tasks;

/// <summary>Judges whether a task says how far its changes may reach: by its allowed paths, else by its words.</summary>
internal static partial class ScopeWords
{
    public static bool IsUnbounded(AgentTask task)
    {
        if (task.AllowedPaths.Any(path => CatchAll().IsMatch(path)) || InvitesOtherWork(task.Objective))
        {
            return true;
        }

        // How far the work goes may stay open where it is said which files it may reach.
        if (task.AllowedPaths.Count > 0)
        {
            return false;
        }

        bool saysLimit = task.Constraints.Append(task.Objective).Any(text => Limits().IsMatch(text));
        return IsOpenEnded(task.Objective) || !(saysLimit || IsOneFile(task.Objective));
    }

    /// <summary>Some sentence asks for other work than the one that is described, and isn't there to forbid it.</summary>
    public static bool InvitesOtherWork(string objective) => Says(objective, Invitations());

    private static bool IsOpenEnded(string objective) => Says(objective, OpenEnds());

    /// <summary>A file that is named bounds what is to be true of it, not what nobody has described.</summary>
    private static bool IsOneFile(string objective) =>
        Precision.IsPrecise(objective) && Precision.NamesFile(objective) && !Sweeping().IsMatch(objective);

    private static bool Says(string objective, Regex what) =>
        Precision.Sentences(objective).Any(sentence => what.IsMatch(sentence) && !Negation().IsMatch(sentence));

    /// <summary>Nothing but wildcards, dots and slashes.</summary>
    [GeneratedRegex(@"^[\s*./]*$")]
    private static partial Regex CatchAll();

    [GeneratedRegex(
        """
        \b(whatever\s+else | anything\s+else\s+(you|that\s+(needs|looks|is|could)) | everything\s+(else\s+)?(you|that\s+(needs|looks))
          | while\s+(you('re|\s+are)\s+)?(at|in)\s+(it|there) | feel\s+free
          | (any|all)\s+other\s+(issues?|problems?|bugs?|improvements?|files?|places?|things?))
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase)]
    private static partial Regex Invitations();

    [GeneratedRegex(
        """
        \b(as\s+you\s+see\s+fit | wherever\s+(you|needed|necessary|possible|it) | (and|or)\s+so\s+on | and\s+more\b | etc\b)
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
