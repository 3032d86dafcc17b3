using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.People;
using Orchestrator.Agent.Policies;

namespace Orchestrator.Agent.Tests.Approvals;

public sealed class DecisionRulesTests
{
    private static readonly AskTerms TwoLeads = new() { Deciders = new DeciderGroup { Roles = ["lead"] }, Needed = 2, NotRequester = true };

    [Fact]
    public void TwoAreNeeded_TheSecondPersonCloses()
    {
        Approval asked = Questions.Tool() with { Terms = TwoLeads };

        (asked, DecisionOutcome first) = asked.Behind(Questions.Lead("ben").Approves());
        (asked, DecisionOutcome second) = asked.Behind(Questions.Lead("carl").Approves());

        Assert.Equal(new DecisionOutcome.VoteRecorded(1, 2), first);
        Assert.Equal(new DecisionOutcome.Recorded(ApprovalState.Approved), second);
        Assert.Equal(ApprovalState.Approved, asked.State);
    }

    [Fact]
    public void SamePersonTwice_CountsOnce()
    {
        Approval asked = Questions.Tool() with { Terms = TwoLeads };

        (asked, _) = asked.Behind(Questions.Lead("ben").Approves());
        (asked, DecisionOutcome again) = asked.Behind(Questions.Lead("ben").Approves());
        (asked, DecisionOutcome otherwise) = asked.Behind(Questions.Lead("ben").Says(new Answer.Approve("with another reason")));

        Assert.Equal(new DecisionOutcome.VoteRecorded(1, 2), again);
        Assert.Equal(new DecisionOutcome.VoteRecorded(1, 2), otherwise);
        Assert.Equal(ApprovalState.Open, asked.State);
    }

    [Fact]
    public void DelegateAndWhoDelegated_AreOneVote()
    {
        var anna = new Person("anja", "Anja") { Roles = ["lead"] };
        var dora = new Decider { Subject = "dora", Name = "Dora", ActsFor = [anna] };
        var emil = new Decider { Subject = "emil", Name = "Emil", ActsFor = [anna] };

        (Approval asked, DecisionOutcome first) = (Questions.Tool() with { Terms = TwoLeads }).Behind(dora.Approves());

        Assert.Equal(new DecisionOutcome.VoteRecorded(1, 2), first);
        Assert.Equal("anja", Assert.Single(asked.Votes).OnBehalfOf);
        Assert.IsType<DecisionOutcome.NotPermitted>(asked.Behind(emil.Approves()).Outcome);
        Assert.IsType<DecisionOutcome.NotPermitted>(asked.Behind(Questions.Lead("anja").Approves()).Outcome);
        Assert.Equal(new DecisionOutcome.Recorded(ApprovalState.Approved), asked.Behind(Questions.Lead("ben").Approves()).Outcome);
    }

    [Fact]
    public void OneOfManyDenies_IsDeniedThoughOthersApproved()
    {
        (Approval asked, _) = (Questions.Tool() with { Terms = TwoLeads }).Behind(Questions.Lead("ben").Approves());

        (asked, DecisionOutcome outcome) = asked.Behind(Questions.Lead("carl").Says(new Answer.Deny("no")));

        Assert.Equal(new DecisionOutcome.Recorded(ApprovalState.Denied), outcome);
        Assert.Equal(new DecisionOutcome.Closed(ApprovalState.Denied, "carl"), asked.Behind(Questions.Lead("ben").Approves()).Outcome);
    }

    [Fact]
    public void WhoApprovedThinksBetterOfIt_ObjectionCounts()
    {
        (Approval asked, _) = (Questions.Tool() with { Terms = TwoLeads }).Behind(Questions.Lead("ben").Approves());

        (asked, DecisionOutcome outcome) = asked.Behind(Questions.Lead("ben").Says(new Answer.Deny("wait")));

        Assert.Equal(new DecisionOutcome.Recorded(ApprovalState.Denied), outcome);
        Assert.Equal(ApprovalState.Denied, Assert.Single(asked.Votes).Says);
    }

    [Fact]
    public void SaidAgainBehindTheEnd_IsAnsweredAsBefore()
    {
        (Approval asked, DecisionOutcome first) = Questions.Tool().Behind(Questions.Lead("ben").Approves());

        Assert.Equal(first, asked.Behind(Questions.Lead("ben").Approves()).Outcome);
        Assert.Equal(new DecisionOutcome.Closed(ApprovalState.Approved, "ben"), asked.Behind(Questions.Lead("ben").Says(new Answer.Deny("no"))).Outcome);
    }

    [Fact]
    public void OtherTenant_KnowsNothingOfIt()
    {
        Approval asked = Questions.Tool() with { Tenant = "north" };

        Assert.IsType<DecisionOutcome.Unknown>(asked.Behind(Questions.Lead("ben").Approves()).Outcome);
        Assert.IsType<DecisionOutcome.Unknown>(asked.Behind((Questions.Lead("ben") with { Tenant = "south" }).Approves()).Outcome);
        Assert.IsType<DecisionOutcome.Recorded>(asked.Behind((Questions.Lead("ben") with { Tenant = "north" }).Approves()).Outcome);
    }

    [Fact]
    public void Escalated_RungMayDecideFromThenOn()
    {
        Approval asked = Questions.Tool() with
        {
            Terms = TwoLeads with { Needed = 1, EscalateAfter = TimeSpan.FromHours(2), EscalateTo = [new DeciderGroup { Roles = ["boss"] }, new DeciderGroup { People = ["ceo"] }] },
        };
        var boss = new Decider { Subject = "bo", Name = "Bo", Roles = ["boss"] };
        var ceo = new Decider { Subject = "ceo", Name = "Cee" };

        Assert.IsType<DecisionOutcome.NotPermitted>(asked.Behind(boss.Approves(), Questions.Now + TimeSpan.FromMinutes(119)).Outcome);
        Assert.IsType<DecisionOutcome.Recorded>(asked.Behind(boss.Approves(), Questions.Now + TimeSpan.FromHours(2)).Outcome);
        Assert.IsType<DecisionOutcome.NotPermitted>(asked.Behind(ceo.Approves(), Questions.Now + TimeSpan.FromHours(3)).Outcome);
        Assert.IsType<DecisionOutcome.Recorded>(asked.Behind(ceo.Approves(), Questions.Now + TimeSpan.FromHours(4)).Outcome);
    }

    [Theory]
    [InlineData("[]", "JSON object")]
    [InlineData("{", "no JSON")]
    [InlineData("""{"command":"git push"}""", "Nothing was edited")]
    public void EditThatIsNone_IsSaid(string arguments, string why)
    {
        DecisionOutcome outcome = Questions.Tool().Behind(Questions.Lead("ben").Says(new Answer.Edit(arguments))).Outcome;

        Assert.Contains(why, Assert.IsType<DecisionOutcome.NotApplicable>(outcome).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Do it.\n", "Nothing was edited")]
    [InlineData(" \n", "is empty")]
    [InlineData("Do less.", null)]
    public void EditOfAPlan_IsAnyOtherPlan(string plan, string? why)
    {
        Approval asked = Questions.Tool() with { Kind = CheckpointKind.Plan, Call = null, Subject = "Do it." };

        DecisionOutcome outcome = asked.Behind(Questions.Lead("ben").Says(new Answer.Edit(plan))).Outcome;

        Assert.Equal(why is null, outcome is DecisionOutcome.Recorded { State: ApprovalState.Edited });
        Assert.Contains(why ?? string.Empty, (outcome as DecisionOutcome.NotApplicable)?.Reason ?? string.Empty, StringComparison.Ordinal);
    }

    [Fact]
    public void Comment_LeavesItOpen()
    {
        Approval asked = Questions.Tool() with { Terms = TwoLeads };

        Assert.IsType<DecisionOutcome.Commented>(asked.Behind(Questions.Lead("ben").Says(new Answer.Ask("Why?"))).Outcome);
        Assert.IsType<DecisionOutcome.Commented>(asked.Behind(new Decider { Subject = "anna", Name = "Anna" }.Says(new Answer.Ask("Since."))).Outcome);
        Assert.IsType<DecisionOutcome.NotPermitted>(asked.Behind(new Decider { Subject = "eve", Name = "Eve" }.Says(new Answer.Ask("Hm."))).Outcome);
        Assert.IsType<DecisionOutcome.NotApplicable>(asked.Behind(Questions.Lead("ben").Says(new Answer.Ask(" "))).Outcome);
    }

    [Fact]
    public void ReviewOfAFileThatTheDiffDoesNotChange_IsSaid()
    {
        Approval asked = Questions.Tool() with { Kind = CheckpointKind.Final, Call = null, Subject = "diff --git a/x.cs b/x.cs\n--- a/x.cs\n+++ b/x.cs\n@@ -1 +1,2 @@\n+y\n" };

        DecisionOutcome Review(string file) =>
            asked.Behind(Questions.Lead("ben").Says(new Answer.RequestChanges("see there") { Comments = [new ReviewComment(file, 1, "why?")] })).Outcome;

        Assert.Equal(new DecisionOutcome.Recorded(ApprovalState.ChangesRequested), Review("x.cs"));
        Assert.IsType<DecisionOutcome.NotApplicable>(Review("y.cs"));
    }

    [Fact]
    public void BudgetQuestion_KnowsApproveAndDenyOnly()
    {
        Approval asked = Questions.Tool() with { Kind = CheckpointKind.Budget, Call = null };

        Assert.IsType<DecisionOutcome.NotApplicable>(asked.Behind(Questions.Lead("ben").Says(new Answer.RequestChanges("less"))).Outcome);
        Assert.IsType<DecisionOutcome.NotApplicable>(asked.Behind(Questions.Lead("ben").Says(new Answer.Edit("""{"drop":[{"file":"a"}]}"""))).Outcome);
        Assert.IsType<DecisionOutcome.Recorded>(asked.Behind(Questions.Lead("ben").Approves()).Outcome);
    }
}
