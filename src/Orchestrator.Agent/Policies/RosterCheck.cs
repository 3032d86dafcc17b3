using Orchestrator.Agent.People;

namespace Orchestrator.Agent.Policies;

/// <summary>Finds questions that nobody could decide, before a run asks one.</summary>
public static class RosterCheck
{
    /// <param name="document">The policy.</param>
    /// <param name="roster">Who is there.</param>
    /// <param name="user">The user of this machine, who has every role; where a roster is kept, whoever is to count has to be listed.</param>
    /// <param name="requester">Who asks for the run.</param>
    /// <param name="author">Who wrote its ticket; null for nobody.</param>
    /// <returns>A sentence for each question that can't be decided, with the rule and the mend.</returns>
    public static IReadOnlyList<string> Find(PolicyDocument document, Roster roster, string user, string requester, string? author) =>
    [
        .. from asks in document.AllTerms
           let able = CountOf(asks.Terms, roster, user, requester, author)
           where able < asks.Terms.Needed
           select $"{PolicyFile.Name}: {asks.Place} asks for {asks.Terms.Needed} of {asks.Terms.Deciders.InWords()}{Separation(asks.Terms)}, and {InWords(able)}: "
               + "list them in people.yaml of the data folder, or change the rule.",
    ];

    /// <returns>How many can decide it at most, as far as is known here.</returns>
    private static int CountOf(AskTerms terms, Roster roster, string user, string requester, string? author)
    {
        DeciderGroup[] groups = [terms.Deciders, .. terms.EscalateTo];

        // Tokens may bring anybody whom no list names, and where nothing is kept anybody may come.
        bool isOpen = groups.Any(group => group.IsAnybody ? !roster.IsKept || roster.HasOthers : roster.HasOthers && group.Roles.Count + group.Teams.Count > 0);
        if (isOpen)
        {
            return int.MaxValue;
        }

        Decider local = Decider.Local(user);
        IEnumerable<string> known = roster.People
            .Where(person => groups.Any(group => group.Includes(person)) && !IsKept(person.Is))
            .Select(person => person.Subject);
        IEnumerable<string> here = !roster.IsKept && groups.Any(group => group.Includes(local)) && !IsKept(local.Is) ? [user] : [];
        IEnumerable<string> named = roster.IsKept && !roster.HasOthers ? [] : groups.SelectMany(group => group.People)
            .Where(name => !roster.People.Any(person => person.Is(name)) && !IsKept(called => string.Equals(called, name, StringComparison.OrdinalIgnoreCase)));
        return known.Concat(here).Concat(named).Distinct(StringComparer.OrdinalIgnoreCase).Count();

        bool IsKept(Func<string?, bool> isThem) => (terms.NotRequester && isThem(requester)) || (terms.NotAuthor && isThem(author));
    }

    private static string Separation(AskTerms terms) => (terms.NotRequester, terms.NotAuthor) switch
    {
        (true, true) => ", but neither the requester nor the ticket's author",
        (true, false) => ", but not the requester",
        (false, true) => ", but not the ticket's author",
        _ => string.Empty,
    };

    private static string InWords(int able) => able == 0 ? "nobody is there who may" : able == 1 ? "one person is there who may" : $"{able} people are there who may";
}
