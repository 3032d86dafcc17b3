using System.Text.Json.Serialization;

namespace Orchestrator.Agent.People;

/// <summary>Who may decide: whoever has one of the roles, is in one of the teams, or is named. Nobody listed means anybody.</summary>
public sealed record DeciderGroup
{
    public IReadOnlyList<string> Roles { get; init => field = value ?? []; } = [];

    public IReadOnlyList<string> Teams { get; init => field = value ?? []; } = [];

    public IReadOnlyList<string> People { get; init => field = value ?? []; } = [];

    [JsonIgnore]
    public bool IsAnybody => Roles.Count + Teams.Count + People.Count == 0;

    public bool Includes(Decider decider) => IsAnybody || (decider.HasEveryRole && Roles.Count + Teams.Count > 0)
        || Includes(decider.Subject, decider.Name, decider.Roles, decider.Teams);

    public bool Includes(Person person) => IsAnybody || Includes(person.Subject, person.Name, person.Roles, person.Teams);

    /// <summary>Whoever is in the other group is in this one.</summary>
    public bool IncludesAllOf(DeciderGroup other) => IsAnybody || (!other.IsAnybody
        && !other.Roles.Except(Roles, StringComparer.Ordinal).Any()
        && !other.Teams.Except(Teams, StringComparer.Ordinal).Any()
        && !other.People.Except(People, StringComparer.Ordinal).Any());

    /// <returns>As in <c>role lead, team payments, anna</c>.</returns>
    public string InWords() => IsAnybody ? "anybody" : string.Join(
        ", ", Roles.Select(role => $"role {role}").Concat(Teams.Select(team => $"team {team}")).Concat(People));

    private bool Includes(string subject, string name, IReadOnlyList<string> roles, IReadOnlyList<string> teams) =>
        Roles.Intersect(roles, StringComparer.Ordinal).Any()
        || Teams.Intersect(teams, StringComparer.Ordinal).Any()
        || People.Contains(subject, StringComparer.Ordinal)
        || People.Contains(name, StringComparer.Ordinal);
}
