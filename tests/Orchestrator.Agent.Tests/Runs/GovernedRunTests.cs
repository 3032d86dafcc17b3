using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.People;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Timeline;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>Runs under a deployment's policy.</summary>
public sealed class GovernedRunTests
{
    private const string Asked = "echo x >> done.txt";

    private const string TwoLeads =
        """
        rules:
          - { name: writes, match: "echo*", ruling: ask, mandatory: true, ask: { roles: [lead], count: 2, notRequester: true } }
        """;

    private const string People = "people: [{ name: ben, roles: [lead] }, { name: carl, roles: [lead] }, { name: dora }]";

    [Fact]
    public async Task TwoLeadsAreNeeded_ItRunsBehindTheSecond()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash(Asked), Says("done")));
        rig.Govern(TwoLeads, People);
        string run = await rig.SubmitAsync();
        Approval approval = await rig.OpenApprovalAsync(run);

        DecisionOutcome stranger = await rig.AnswerAsync(approval, new Answer.Approve(), By("dora"));
        DecisionOutcome first = await rig.AnswerAsync(approval, new Answer.Approve(), By("ben"));
        DecisionOutcome again = await rig.AnswerAsync(approval, new Answer.Approve(), By("ben"));
        Assert.DoesNotContain(Asked, rig.Commands.Started);
        DecisionOutcome second = await rig.AnswerAsync(approval, new Answer.Approve(), By("carl"));
        RunResult result = await rig.EndAsync(run);

        Assert.Equal("rule policies.writes", approval.Because);
        Assert.Contains("role lead", Assert.IsType<DecisionOutcome.NotPermitted>(stranger).Reason, StringComparison.Ordinal);
        Assert.Equal((new DecisionOutcome.VoteRecorded(1, 2), new DecisionOutcome.VoteRecorded(1, 2)), (first, again));
        Assert.Equal(new DecisionOutcome.Recorded(ApprovalState.Approved), second);
        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Single(rig.Commands.Started, Asked);
    }

    [Fact]
    public async Task NobodyIsThereToDecide_NoRunBegins()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Says("done")));
        rig.Govern(TwoLeads, "people: [{ name: ben, roles: [lead] }]");

        PolicyFileException failure = await Assert.ThrowsAsync<PolicyFileException>(() => rig.SubmitAsync());

        Assert.Contains("rules.writes asks for 2 of role lead, but not the requester, and", failure.Message, StringComparison.Ordinal);
        Assert.Empty(await rig.Runs.ListAsync(CancellationToken.None));
    }

    /// <summary>A file that is wrong keeps runs from beginning, and changes nothing for those under way.</summary>
    [Fact]
    public async Task PolicyBreaksUnderWay_VersionBeforeHolds()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash(Asked), Says("done")));
        rig.Govern("rules: [{ name: writes, match: \"echo*\", ruling: ask }]");
        string run = await rig.SubmitAsync();
        await rig.OpenApprovalAsync(run);

        rig.Govern("rules: [");
        await Assert.ThrowsAsync<PolicyFileException>(() => rig.SubmitAsync());
        await rig.DecideAsync(run, isApproval: true);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Single(rig.Commands.Started, Asked);
        Assert.Single(await rig.Policies.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task PolicyChangesWhileItIsAsked_IsAskedAgain()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash(Asked), Says("done")));
        rig.Govern("rules: [{ name: writes, match: \"echo*\", ruling: ask }]");
        string run = await rig.SubmitAsync();
        Approval first = await rig.OpenApprovalAsync(run);

        rig.Govern("rules: [{ name: stricter, match: \"echo*\", ruling: ask }]");
        await rig.DecideAsync(run, isApproval: true);
        Approval second = await Until.SetAsync(
            async () => (await rig.Approvals.ListOpenAsync(run, CancellationToken.None)).SingleOrDefault(open => open.Id != first.Id), "a second question");
        Assert.DoesNotContain(Asked, rig.Commands.Started);
        await rig.DecideAsync(run, isApproval: true);
        await rig.EndAsync(run);

        Assert.Equal(("rule policies.stricter", first.Id), (second.Because, second.Replaces));
        Assert.Equal(ApprovalState.Superseded, (await rig.Approvals.FindAsync(first.Id, CancellationToken.None))!.State);
        Assert.Equal([2, 1], (await rig.Policies.ListAsync(CancellationToken.None)).Select(stored => stored.Sequence));
        Assert.Single(rig.Commands.Started, Asked);
    }

    [Fact]
    public async Task AllowedForLater_RunsAsOftenAsGrantedThenAsks()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash(Asked), Bash("echo y >> done.txt", "echo z >> done.txt"), Bash("echo w >> done.txt"), Says("done")));
        rig.Govern("rules: [{ name: writes, match: \"echo*\", ruling: ask }]");
        string run = await rig.SubmitAsync();
        Approval first = await rig.OpenApprovalAsync(run);

        await rig.AnswerAsync(first, new Answer.Approve { Always = new AlwaysGrant(AlwaysScope.Run, "echo", TimeSpan.FromDays(1), 2) });
        Approval second = await Until.SetAsync(
            async () => (await rig.Approvals.ListOpenAsync(run, CancellationToken.None)).SingleOrDefault(open => open.Id != first.Id), "the fourth call's question");
        AlwaysRule spent = Assert.Single(await rig.Policies.ListAlwaysAsync(CancellationToken.None));
        await rig.DecideAsync(run, isApproval: true);
        await rig.EndAsync(run);

        Assert.Equal("echo w >> done.txt", second.Subject);
        Assert.Equal((2, "ben", first.Id), (spent.Uses, spent.CreatedBy, spent.ApprovalId));
        Assert.Equal(4, rig.Commands.Started.Count(command => command.StartsWith("echo", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task NobodyDecidesInTime_ModelIsToldTheAlternative()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash(Asked), Bash("touch done.txt"), Says("done")));
        rig.Govern("rules: [{ name: writes, match: \"echo*\", ruling: ask, ask: { expireAfter: 1s, atEnd: alternative, alternative: Use touch. } }]");

        RunResult result = await rig.RunAsync();

        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Equal(
            "[status: not_started | reason: approval_expired]\nNobody decided about this call in time. It was not denied, and it did not run. Do this instead:\nUse touch.",
            rig.Observations[0]);
        Assert.DoesNotContain(Asked, rig.Commands.Started);
    }

    private static Decider By(string name) => new() { Subject = name, Name = name };
}
