using Orchestrator.Agent.People;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Server.Dashboard.Policies;

/// <summary>What rules and terms say, in words.</summary>
internal static class PolicyWords
{
    /// <summary>What a call has to be for a rule to mean it, by the keys of the file; empty where it means any.</summary>
    public static IEnumerable<(string Key, string Value)> OfCalls(PolicyRule rule)
    {
        if (rule.Tool != "*")
        {
            yield return ("tool", rule.Tool);
        }

        if (rule.Match is { } match)
        {
            yield return ("match", match);
        }

        if (rule.Paths.Count > 0)
        {
            yield return ("paths", string.Join(", ", rule.Paths));
        }

        if (rule.Network is { } network)
        {
            yield return ("network", network ? "can reach one" : "can't reach any");
        }

        if (rule.Classes.Count > 0)
        {
            yield return ("class", string.Join(", ", rule.Classes).ToLowerInvariant());
        }

        if (rule.LeftBelowUsd is { } left)
        {
            yield return ("leftBelow", Dollars.Of(left));
        }

        if (rule.AskedAboveUsd is { } asked)
        {
            yield return ("askedAbove", Dollars.Of(asked));
        }
    }

    /// <summary>The look of what a rule says.</summary>
    public static string BadgeOf(Ruling ruling) => ruling switch
    {
        Ruling.Allow => "accepted",
        Ruling.Ask => "waiting",
        Ruling.Deny => "denied",
    };

    /// <summary>Who decides on these terms, how many, and what happens while nobody does.</summary>
    /// <param name="terms">The terms.</param>
    /// <param name="namesPeople">Who reads it may know who they are.</param>
    public static string OfTerms(AskTerms terms, bool namesPeople) => string.Join("; ", PartsOf(terms, namesPeople));

    private static string Of(DeciderGroup group, bool namesPeople) =>
        (namesPeople || group.People.Count == 0 ? group : group with { People = [$"{group.People.Count} by name"] }).InWords();

    private static IEnumerable<string> PartsOf(AskTerms terms, bool namesPeople)
    {
        yield return Of(terms.Deciders, namesPeople);
        if (terms.Needed > 1)
        {
            yield return $"{terms.Needed} people have to approve";
        }

        if (terms.NotRequester)
        {
            yield return "not who asked for the run";
        }

        if (terms.NotAuthor)
        {
            yield return "not who wrote the ticket";
        }

        if (terms.RemindAfter is { } remind)
        {
            yield return $"reminded of after {Hours.InWords(remind)}";
        }

        if (terms.EscalateAfter is { } step && terms.EscalateTo.Count > 0)
        {
            yield return $"after {Hours.InWords(step)} each, also {string.Join(", then ", terms.EscalateTo.Select(group => Of(group, namesPeople)))}";
        }

        if (terms.ExpireAfter is { } end && terms.AtEnd != EndAction.Wait)
        {
            yield return $"after {Hours.InWords(end)} {OfEnd(terms)}";
        }
    }

    private static string OfEnd(AskTerms terms) => terms.AtEnd switch
    {
        EndAction.Wait => "it stays open",
        EndAction.Deny => "it ends, and is not done",
        EndAction.Escalate => "all of them may decide for as long again, then it ends",
        EndAction.Alternative => $"it ends, and the model is told: {terms.Alternative}",
    };
}
