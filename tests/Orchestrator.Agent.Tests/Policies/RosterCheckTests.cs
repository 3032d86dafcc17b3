using Orchestrator.Agent.People;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Tests.Policies;

public sealed class RosterCheckTests
{
    private static readonly Roster TwoLeads = new()
    {
        IsKept = true,
        People = [new Person("anna", "anna") { Roles = ["lead"] }, new Person("ben", "ben") { Roles = ["lead"] }, new Person("carl", "carl")],
    };

    [Fact]
    public void EnoughAreThere_NothingIsFound() => Assert.Empty(Find(TwoLeads, new AskTerms { Deciders = Leads, Needed = 2 }));

    [Fact]
    public void RequesterIsOneOfTooFew_RuleIsNamed()
    {
        string fault = Assert.Single(Find(TwoLeads, new AskTerms { Deciders = Leads, Needed = 2, NotRequester = true }));

        Assert.Equal(
            "policies.yaml: rules.two asks for 2 of role lead, but not the requester, and one person is there who may: list them in people.yaml of the data folder, or change the rule.",
            fault);
    }

    [Fact]
    public void NobodyHasTheRole_IsFound() =>
        Assert.Contains("nobody is there who may", Assert.Single(Find(TwoLeads, new AskTerms { Deciders = new DeciderGroup { People = ["zoe"] } })), StringComparison.Ordinal);

    [Fact]
    public void RolesComeFromTokens_IsNotJudgedHere() =>
        Assert.Empty(Find(TwoLeads with { HasOthers = true }, new AskTerms { Deciders = Leads, Needed = 5 }));

    [Fact]
    public void NoRoster_UserOfTheMachineIsOne()
    {
        Assert.Empty(Find(new Roster(), new AskTerms { Deciders = Leads }));
        Assert.Single(Find(new Roster(), new AskTerms { Deciders = Leads, Needed = 2 }));
        Assert.Single(Find(new Roster(), new AskTerms { Deciders = Leads, NotRequester = true }, requester: "user"));
        Assert.Empty(Find(new Roster(), new AskTerms { Needed = 3 }));
    }

    private static DeciderGroup Leads => new() { Roles = ["lead"] };

    private static IReadOnlyList<string> Find(Roster roster, AskTerms terms, string requester = "anna") => RosterCheck.Find(
        new PolicyDocument { Version = "v", Rules = [new PolicyRule("two", Ruling.Ask) { Terms = terms }] }, roster, roster.IsKept ? "anna" : "user", requester, author: null);
}
