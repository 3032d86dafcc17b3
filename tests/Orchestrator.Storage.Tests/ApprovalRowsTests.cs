using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.People;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Storage.Tests;

public sealed class ApprovalRowsTests
{
    [Fact]
    public async Task Opened_IsStoredWholeAndRunWaits()
    {
        await using StorageRig rig = await StorageRig.StartAsync();

        Approval opened = await rig.Approvals.OpenAsync(StorageRig.Approval("a"), CancellationToken.None);

        Assert.Equal(StorageRig.Approval("a") with { OpenedAt = rig.Time.GetUtcNow() }, opened);
        Assert.Equal(opened, await rig.Approvals.FindAsync("a", CancellationToken.None));
        Assert.Equal(RunStatus.Waiting, (await rig.SummaryAsync()).Status);
    }

    [Fact]
    public async Task OpenedTwice_TheFirstStays()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Approvals.OpenAsync(StorageRig.Approval("a"), CancellationToken.None);

        Approval again = await rig.Approvals.OpenAsync(StorageRig.Approval("a") with { Digest = "other" }, CancellationToken.None);

        Assert.Equal("digest of a", again.Digest);
        Assert.Single(await rig.Approvals.ListOpenAsync(null, CancellationToken.None));
        Assert.Single(await rig.EventsAsync(after: 1));
    }

    [Fact]
    public async Task Decided_DecisionIsKeptWithItsDoorbell()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Approvals.OpenAsync(StorageRig.Approval("a"), CancellationToken.None);

        DecisionOutcome outcome = await rig.Approvals.DecideAsync(StorageRig.Decision("a", isApproval: false, "no: 'ü'\n"), CancellationToken.None);

        Approval? decided = await rig.Approvals.FindAsync("a", CancellationToken.None);
        Assert.Equal(new DecisionOutcome.Recorded(ApprovalState.Denied), outcome);
        Assert.Equal((ApprovalState.Denied, "ben", "no: 'ü'\n", rig.Time.GetUtcNow()), (decided!.State, decided.DecidedBy, decided.Reason, decided.DecidedAt));
        Assert.Equal(["a"], await rig.Approvals.ListDoorbellsAsync(CancellationToken.None));
        Assert.Empty(await rig.Approvals.ListOpenAsync(null, CancellationToken.None));
        Assert.Equal(RunStatus.Running, (await rig.SummaryAsync()).Status);
    }

    [Fact]
    public async Task DecidedTwice_TheFirstDecisionStays()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Approvals.OpenAsync(StorageRig.Approval("a"), CancellationToken.None);
        await rig.Approvals.DecideAsync(StorageRig.Decision("a"), CancellationToken.None);

        DecisionOutcome second = await rig.Approvals.DecideAsync(StorageRig.Decision("a", isApproval: false, person: "carl"), CancellationToken.None);

        Assert.Equal(new DecisionOutcome.Closed(ApprovalState.Approved, "ben"), second);
        Assert.Equal((ApprovalState.Approved, "ben"), await StateAsync(rig, "a"));
    }

    [Fact]
    public async Task ManyDecideAtOnce_OneIsRecorded()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await using StorageRig other = await rig.OpenAnotherAsync();
        await rig.Approvals.OpenAsync(StorageRig.Approval("a"), CancellationToken.None);

        DecisionOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(number =>
            (number % 2 == 0 ? rig : other).Approvals.DecideAsync(StorageRig.Decision("a", number % 3 == 0, person: $"p{number}"), CancellationToken.None)));

        Assert.Single(outcomes, outcome => outcome is DecisionOutcome.Recorded);
        Assert.Equal(19, outcomes.Count(outcome => outcome is DecisionOutcome.Closed));
    }

    [Fact]
    public async Task DigestDiffers_NothingIsDecided()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Approvals.OpenAsync(StorageRig.Approval("a"), CancellationToken.None);

        DecisionOutcome outcome = await rig.Approvals.DecideAsync(StorageRig.Decision("a") with { Digest = "old" }, CancellationToken.None);

        Assert.Equal(new DecisionOutcome.DigestDiffers(), outcome);
        Assert.Equal((ApprovalState.Open, null), await StateAsync(rig, "a"));
        Assert.Empty(await rig.Approvals.ListDoorbellsAsync(CancellationToken.None));
    }

    [Fact]
    public async Task UnknownApproval_IsSaid()
    {
        await using StorageRig rig = await StorageRig.StartAsync();

        DecisionOutcome outcome = await rig.Approvals.DecideAsync(StorageRig.Decision("nobody"), CancellationToken.None);

        Assert.Equal(new DecisionOutcome.Unknown(), outcome);
    }

    [Fact]
    public async Task RunCanceled_OpenApprovalsAreWithdrawnAndRing()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.AddRunAsync("r2");
        await rig.Approvals.OpenAsync(StorageRig.Approval("a"), CancellationToken.None);
        await rig.Approvals.OpenAsync(StorageRig.Approval("b", "r2"), CancellationToken.None);

        bool isCanceled = await rig.Signals.CancelAsync(StorageRig.Run, "anna", CancellationToken.None);

        Assert.True(isCanceled);
        Assert.Equal((ApprovalState.Withdrawn, null), await StateAsync(rig, "a"));
        Assert.Equal((ApprovalState.Open, null), await StateAsync(rig, "b"));
        Assert.Equal(["a", StorageRig.Run], await rig.Approvals.ListDoorbellsAsync(CancellationToken.None));
        Assert.Equal(new DecisionOutcome.Closed(ApprovalState.Withdrawn, null), await rig.Approvals.DecideAsync(StorageRig.Decision("a"), CancellationToken.None));
    }

    [Fact]
    public async Task OpenedAfterTheCancel_IsWithdrawnAtOnceWithoutDoorbell()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Signals.CancelAsync(StorageRig.Run, "anna", CancellationToken.None);

        Approval opened = await rig.Approvals.OpenAsync(StorageRig.Approval("a"), CancellationToken.None);

        Assert.Equal(ApprovalState.Withdrawn, opened.State);
        Assert.Equal([StorageRig.Run], await rig.Approvals.ListDoorbellsAsync(CancellationToken.None));
    }

    [Fact]
    public async Task OpenedAsApprovedAfterTheCancel_IsWithdrawn()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Signals.CancelAsync(StorageRig.Run, "anna", CancellationToken.None);

        Approval opened = await rig.Approvals.OpenAsync(StorageRig.Approval("a") with { State = ApprovalState.Approved, DecidedBy = "ben" }, CancellationToken.None);

        Assert.Equal(ApprovalState.Withdrawn, opened.State);
    }

    [Fact]
    public async Task DoorbellConsumed_RingsNoMore()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Approvals.OpenAsync(StorageRig.Approval("a"), CancellationToken.None);
        await rig.Approvals.DecideAsync(StorageRig.Decision("a"), CancellationToken.None);

        await rig.Approvals.ConsumeDoorbellAsync("a", CancellationToken.None);

        Assert.Empty(await rig.Approvals.ListDoorbellsAsync(CancellationToken.None));
        Assert.Equal((ApprovalState.Approved, "ben"), await StateAsync(rig, "a"));
    }

    [Fact]
    public async Task OpenOnes_AreListedOldestFirstAndByRun()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.AddRunAsync("r2");
        await rig.Approvals.OpenAsync(StorageRig.Approval("z"), CancellationToken.None);
        await rig.Approvals.OpenAsync(StorageRig.Approval("m", "r2"), CancellationToken.None);
        await rig.Approvals.OpenAsync(StorageRig.Approval("a"), CancellationToken.None);

        IReadOnlyList<Approval> all = await rig.Approvals.ListOpenAsync(null, CancellationToken.None);
        IReadOnlyList<Approval> ofRun = await rig.Approvals.ListOpenAsync(StorageRig.Run, CancellationToken.None);

        Assert.Equal(["z", "m", "a"], all.Select(approval => approval.Id));
        Assert.Equal(["z", "a"], ofRun.Select(approval => approval.Id));
    }

    [Fact]
    public async Task AttendedAsTimePasses_EachThingIsToldOnceAndItExpires()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Approvals.OpenAsync(
            StorageRig.Approval("a") with
            {
                Terms = new AskTerms
                {
                    RemindAfter = TimeSpan.FromHours(1),
                    EscalateAfter = TimeSpan.FromHours(3),
                    EscalateTo = [new DeciderGroup { Roles = ["boss"] }],
                    ExpireAfter = TimeSpan.FromHours(5),
                    AtEnd = EndAction.Deny,
                },
            },
            CancellationToken.None);
        List<ApprovalLook> looks = [];

        for (int half = 0; half <= 11; half++)
        {
            looks.Add(await rig.Approvals.AttendAsync("a", CancellationToken.None));
            await rig.Approvals.AttendAsync("a", CancellationToken.None);
            rig.Time.Advance(TimeSpan.FromMinutes(30));
        }

        Assert.Equal(
            ["a: May it run?", "a still waits for anybody", "a still waits for anybody", "a: role boss may decide as well", "a still waits for anybody", "a: nobody decided in time"],
            await rig.EventsAsync(after: 1));
        Assert.Equal((TimeSpan.FromHours(1), ApprovalState.Open, ApprovalState.Expired), (looks[0].NextIn, looks[9].State, looks[10].State));
        Assert.Equal((ApprovalState.Expired, null), await StateAsync(rig, "a"));
        Assert.Equal(["a"], await rig.Approvals.ListDoorbellsAsync(CancellationToken.None));
        Assert.Equal(new DecisionOutcome.Closed(ApprovalState.Expired, null), await rig.Approvals.DecideAsync(StorageRig.Decision("a"), CancellationToken.None));
    }

    private static async Task<(ApprovalState, string?)> StateAsync(StorageRig rig, string id)
    {
        Approval? approval = await rig.Approvals.FindAsync(id, CancellationToken.None);
        return (approval!.State, approval.DecidedBy);
    }
}
