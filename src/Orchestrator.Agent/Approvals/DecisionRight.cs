using Orchestrator.Agent.People;
using Orchestrator.Agent.Policies;

namespace Orchestrator.Agent.Approvals;

/// <summary>By what right a person decides: their own, or that of somebody who delegated theirs.</summary>
/// <param name="Refusal">Why they may not, in a sentence for them; null if they may.</param>
/// <param name="OnBehalfOf">Whose right it is; null for their own.</param>
internal sealed record DecisionRight(string? Refusal, string? OnBehalfOf)
{
    public static DecisionRight Of(Approval approval, Decider by, ApprovalState says, DateTimeOffset now)
    {
        AskTerms terms = approval.Terms;

        // To keep something from happening takes no separation of duties.
        bool separates = says is ApprovalState.Approved or ApprovalState.Edited;
        if (separates && SeparatedFrom(approval, by.Is) is { } role)
        {
            return new($"You {role}, and {InWords(terms)} wants somebody else to approve it.", null);
        }

        IReadOnlyList<DeciderGroup> groups = [terms.Deciders, .. terms.EscalateTo.Take(terms.RungsAt(AgeOf(approval, now)))];
        if (groups.Any(group => group.Includes(by)))
        {
            // Whoever has voted for them has used their right.
            return approval.Votes.FirstOrDefault(vote => by.Is(vote.OnBehalfOf) && vote.Subject != by.Subject) is { } used && separates
                ? new($"{used.Name} has voted on your behalf already.", null)
                : new(null, null);
        }

        Person[] absent = [.. by.ActsFor.Where(person => groups.Any(group => group.Includes(person)))];
        Person? free = absent.FirstOrDefault(person => !(separates && SeparatedFrom(approval, person.Is) is not null) && !HasVoted(approval, person, by));
        return free is not null ? new(null, free.Subject)
            : absent.Length > 0 ? new($"{absent[0].Name}, for whom you decide, has voted already, or asked for it.", null)
            : new($"It is for {string.Join(", or ", groups.Select(group => group.InWords()))} to decide.", null);
    }

    private static string? SeparatedFrom(Approval approval, Func<string?, bool> isThem) =>
        approval.Terms.NotRequester && isThem(approval.Requester) ? "asked for the run"
        : approval.Terms.NotRequester && isThem(approval.Editor) ? "edited it"
        : approval.Terms.NotAuthor && isThem(approval.Author) ? "wrote its ticket"
        : null;

    private static bool HasVoted(Approval approval, Person person, Decider by) =>
        approval.Votes.Any(vote => vote.Subject != by.Subject && (person.Is(vote.Subject) || person.Is(vote.OnBehalfOf)));

    private static TimeSpan AgeOf(Approval approval, DateTimeOffset now) => now - (approval.OpenedAt ?? now);

    private static string InWords(AskTerms terms) => terms.Needed > 1 ? $"the policy, which asks {terms.Needed} people," : "the policy";
}
