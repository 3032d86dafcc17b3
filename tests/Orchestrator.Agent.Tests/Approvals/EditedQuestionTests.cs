using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.People;
using Orchestrator.Agent.Policies;

namespace Orchestrator.Agent.Tests.Approvals;

/// <summary>A vote that was permitted for one question approves what its editor made of it only where it would be permitted as well.</summary>
public sealed class EditedQuestionTests
{
    private static readonly DeciderGroup Leads = new() { Roles = ["lead"] };
    private static readonly DeciderGroup LeadsAndRelease = new() { Roles = ["lead", "release"] };
    private static readonly DeciderGroup Release = new() { Roles = ["release"] };

    public static TheoryData<DeciderGroup, DeciderGroup, bool> Groups => new()
    {
        { new(), new(), true },
        { Leads, Leads, true },
        { Leads, new(), true },
        { Leads, LeadsAndRelease, true },
        { new(), Release, false },
        { Leads, Release, false },
        { LeadsAndRelease, Leads, false },
    };

    [Theory]
    [MemberData(nameof(Groups))]
    public void Edited_IsApprovedByWhoMayDecideItAsWell(DeciderGroup before, DeciderGroup now, bool isApproved) =>
        Assert.Equal(isApproved ? ApprovalState.Approved : ApprovalState.Open, Edited(new AskTerms { Deciders = before }, new AskTerms { Deciders = now }).State);

    [Fact]
    public void TicketsAuthorMayNotDecideIt_OthersAreAsked()
    {
        Approval edited = Edited(new AskTerms(), new AskTerms { NotAuthor = true });

        Assert.Equal((ApprovalState.Open, "dora"), (edited.State, edited.Editor));
    }

    private static Approval Edited(AskTerms before, AskTerms now)
    {
        Approval closed = Questions.Tool() with { Terms = before, State = ApprovalState.Edited, Votes = [new Vote("dora", "dora", ApprovalState.Edited, null, null, Questions.Now)] };
        return (Questions.Tool() with { Id = "b", Replaces = "a", Terms = now }).EditedFrom(closed);
    }
}
