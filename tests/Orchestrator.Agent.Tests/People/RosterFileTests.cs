using Orchestrator.Agent.People;

namespace Orchestrator.Agent.Tests.People;

public sealed class RosterFileTests
{
    private const string Whole =
        """
        people:
          - { name: anna, roles: [lead], teams: [payments] }
          - { name: Ben, subject: "oidc|17", roles: [viewer] }
        delegations:
          - { from: anna, to: Ben, starts: 2026-05-01, ends: 2026-05-15 }
        """;

    [Theory]
    [InlineData("2026-04-30T23:59:59Z", false)]
    [InlineData("2026-05-01T00:00:00Z", true)]
    [InlineData("2026-05-15T23:59:59Z", true)]
    [InlineData("2026-05-16T00:00:00Z", false)]
    public void Delegation_HoldsOnItsDays(string at, bool holds)
    {
        Roster roster = RosterFile.Parse(Whole);

        Decider ben = roster.Know(new Decider { Subject = "oidc|17", Name = "somebody" }, DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal(["viewer"], ben.Roles);
        Assert.Equal(holds ? ["anna"] : [], ben.ActsFor.Select(person => person.Subject));
    }

    /// <summary>A name is what people call themselves; only the subject says who they are.</summary>
    [Fact]
    public void SameNameWithAnotherSubject_IsGivenNothing() =>
        Assert.Empty(RosterFile.Parse(Whole).Know(new Decider { Subject = "oidc|99", Name = "Ben" }, new DateTimeOffset(2026, 5, 2, 0, 0, 0, TimeSpan.Zero)).Roles);

    [Theory]
    [InlineData("peple: []", "people.yaml:1: unknown key 'peple'; did you mean 'people'?")]
    [InlineData("people: [{ name: a }, { name: a }]", "the person 'a' stands there twice")]
    [InlineData("people: []\ndelegations: [{ from: a, to: b, starts: 2026-05-01, ends: 2026-05-02 }]", "'a' is not among the people")]
    [InlineData("people: [{ name: a }]\ndelegations: [{ from: a, to: b, starts: 2026-05-03, ends: 2026-05-02 }]", "ends before it starts")]
    [InlineData("people: [{ name: a }]\ndelegations: [{ from: a, to: a, starts: 2026-05-01, ends: 2026-05-02 }]", "delegates to the same person")]
    [InlineData("people: [{ name: a }]\ndelegations: [{ from: a, to: b, starts: 1 May, ends: 2026-05-02 }]", "must be a day, as in 2026-05-01")]
    public void WrongFile_IsSaidWithLineAndMend(string text, string message) =>
        Assert.Contains(message, Assert.Throws<PeopleFileException>(() => RosterFile.Parse(text)).Message, StringComparison.Ordinal);
}
