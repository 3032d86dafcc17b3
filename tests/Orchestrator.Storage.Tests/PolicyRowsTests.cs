using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Storage.Tests;

public sealed class PolicyRowsTests
{
    [Fact]
    public async Task SamePolicyTwice_IsOneVersion()
    {
        await using StorageRig rig = await StorageRig.StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => rig.Policies.AddAsync("rules: []", "anna", CancellationToken.None)));
        await rig.Policies.AddAsync("", "ben", CancellationToken.None);
        StoredPolicy again = await rig.Policies.AddAsync("rules: []", "carl", CancellationToken.None);

        Assert.Equal((3, "carl", PolicyFile.HashOf("rules: []")), (again.Sequence, again.Person, again.Hash));
        Assert.Equal([3, 2, 1], (await rig.Policies.ListAsync(CancellationToken.None)).Select(stored => stored.Sequence));
    }

    [Fact]
    public async Task ManyCallsBeginByAnAlwaysRule_AsManyDoAsItGrants()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        AlwaysRule rule = await GrantAsync(rig, uses: 5);

        bool[] begun = await Task.WhenAll(Enumerable.Range(1, 20).Select(call => BeginAsync(rig, rule, call)));
        bool again = await BeginAsync(rig, rule, Array.IndexOf(begun, true) + 1);

        Assert.Equal(5, begun.Count(one => one));
        Assert.True(again);   // it has begun, and is counted once
        Assert.Equal(5, Assert.Single(await rig.Policies.ListAlwaysAsync(CancellationToken.None)).Uses);
    }

    [Fact]
    public async Task Revoked_LetsNothingBeginAndIsStillListed()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        AlwaysRule rule = await GrantAsync(rig, uses: null);
        Assert.Single(await rig.Policies.ListAlwaysAsync(StorageRig.Run, "anna", null, CancellationToken.None));

        bool isRevoked = await rig.Policies.RevokeAlwaysAsync(rule.Id, "ben", CancellationToken.None);

        Assert.True(isRevoked);
        Assert.False(await BeginAsync(rig, rule, 1));
        Assert.Empty(await rig.Policies.ListAlwaysAsync(StorageRig.Run, "anna", null, CancellationToken.None));
        Assert.Equal("ben", Assert.Single(await rig.Policies.ListAlwaysAsync(CancellationToken.None)).RevokedBy);
        Assert.False(await rig.Policies.RevokeAlwaysAsync(rule.Id, "ben", CancellationToken.None));
    }

    [Fact]
    public async Task ExpiredAlwaysRule_LetsNothingBegin()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        AlwaysRule rule = await GrantAsync(rig, uses: null);

        rig.Time.Advance(TimeSpan.FromDays(1));

        Assert.False(await BeginAsync(rig, rule, 1));
        Assert.Empty(await rig.Policies.ListAlwaysAsync(StorageRig.Run, "anna", null, CancellationToken.None));
    }

    [Fact]
    public async Task RemoteSystem_IsNotGrantedForLater()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Approvals.OpenAsync(Asked(EffectClass.External), CancellationToken.None);

        DecisionOutcome outcome = await rig.Approvals.DecideAsync(Grants(uses: 1), CancellationToken.None);

        Assert.IsType<DecisionOutcome.NotApplicable>(outcome);
        Assert.Empty(await rig.Policies.ListAlwaysAsync(CancellationToken.None));
    }

    private static async Task<AlwaysRule> GrantAsync(StorageRig rig, int? uses)
    {
        await rig.Approvals.OpenAsync(Asked(EffectClass.Contained), CancellationToken.None);
        Assert.IsType<DecisionOutcome.Recorded>(await rig.Approvals.DecideAsync(Grants(uses), CancellationToken.None));
        return Assert.Single(await rig.Policies.ListAlwaysAsync(CancellationToken.None));
    }

    private static Task<bool> BeginAsync(StorageRig rig, AlwaysRule rule, int call) =>
        rig.Journal.BeginAsync(StorageRig.Intent(call) with { AlwaysRule = rule.Id }, StorageRig.Event(), CancellationToken.None);

    private static Approval Asked(EffectClass effect) => StorageRig.Approval("a") with
    {
        Call = new AskedCall("r1/1/1/0", "bash", effect, "{}", "rule", "v") { Line = "git fetch origin" },
    };

    private static Decision Grants(int? uses) => StorageRig.Decision("a") with
    {
        Answer = new Answer.Approve { Always = new AlwaysGrant(AlwaysScope.Run, "git fetch", TimeSpan.FromDays(1), uses) },
    };
}
