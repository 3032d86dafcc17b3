namespace Orchestrator.Agent.People;

/// <summary>Who is there to decide, and who decides for whom: <c>people.yaml</c> of the data folder.</summary>
public sealed record Roster
{
    /// <summary>False where there is no file: nobody is known but the user of this machine.</summary>
    public bool IsKept { get; init; }

    public IReadOnlyList<Person> People { get; init; } = [];

    public IReadOnlyList<Delegation> Delegations { get; init; } = [];

    /// <summary>There are people beside those listed, whose roles and teams their tokens say.</summary>
    public bool HasOthers { get; init; }

    /// <summary>The decider with what the roster adds: roles, teams, and those who have delegated to them for now.</summary>
    public Decider Know(Decider decider, DateTimeOffset now)
    {
        Person? listed = Find(decider.Subject);
        return decider with
        {
            Roles = [.. decider.Roles.Union(listed?.Roles ?? [])],
            Teams = [.. decider.Teams.Union(listed?.Teams ?? [])],
            ActsFor = [.. Delegations.Where(one => one.To == decider.Subject && one.HoldsAt(now)).Select(one => Find(one.From)).OfType<Person>()],
        };
    }

    private Person? Find(string subject) => People.FirstOrDefault(person => person.Subject == subject);
}
