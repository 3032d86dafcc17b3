using Orchestrator.Agent.People;

namespace Orchestrator.Agent.Policies;

/// <summary>Lets no run begin under a policy that can't be read, or that asks what nobody may decide.</summary>
public sealed class PolicyGate(PolicyBook book, RosterFile roster)
{
    /// <param name="requester">Who asks for the run.</param>
    /// <param name="author">Who wrote its ticket; null for nobody.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="PolicyFileException">The policy can't be read, or can't be decided by anybody.</exception>
    /// <exception cref="PeopleFileException">The roster can't be read.</exception>
    public async Task CheckAsync(string requester, string? author, CancellationToken cancellationToken)
    {
        PolicyDocument document = await book.TakeInAsync(cancellationToken);
        IReadOnlyList<string> dead = RosterCheck.Find(document, await roster.ReadAsync(cancellationToken), Environment.UserName, requester, author);
        if (dead.Count > 0)
        {
            throw new PolicyFileException(dead);
        }
    }
}
