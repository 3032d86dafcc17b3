using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Agent.Verification;

namespace Orchestrator.Storage.Tests;

public sealed class HostRowsTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly ToolHost One = new("h1", "here", "/one") { Address = "https://127.0.0.1:1", Certificate = "c1", Key = "k1" };
    private static readonly ToolHost Two = new("h2", "there", "/two");

    [Fact]
    public async Task WorkspaceThatNobodyHolds_IsWhoeverClaimsItFirst()
    {
        await using StorageRig rig = await StartAsync();

        HeldWorkspace claimed = await ClaimAsync(rig, One);

        Assert.Equal(new HeldWorkspace(StorageRig.Run, One, IsLive: true, Epoch: 1), claimed);
        Assert.Equal(claimed, await ClaimAsync(rig, Two));
        Assert.Equal(claimed, await rig.Hosts.FindAsync(StorageRig.Run, CancellationToken.None));
    }

    [Fact]
    public async Task LeaseThatIsOver_AnotherTakesOverInTheNextEpochAndTheOldOneGetsItBackByNoRenewal()
    {
        await using StorageRig rig = await StartAsync();
        await ClaimAsync(rig, One);

        rig.Time.Advance(Lease - TimeSpan.FromMilliseconds(1));
        await RenewAsync(rig, Two);
        Assert.Equal("h1", (await ClaimAsync(rig, Two)).Host.Id);

        rig.Time.Advance(TimeSpan.FromMilliseconds(1));
        HeldWorkspace taken = await ClaimAsync(rig, Two);
        long epoch = await RenewAsync(rig, One);

        Assert.Equal(("h2", 2L, false), (taken.Host.Id, taken.Epoch, taken.IsWhole));
        Assert.Equal(2, epoch);
        Assert.Equal(taken, await ClaimAsync(rig, One));
    }

    [Fact]
    public async Task HostWhoseOwnLeaseIsOver_TakesNothing()
    {
        await using StorageRig rig = await StartAsync();
        await ClaimAsync(rig, One);

        rig.Time.Advance(Lease);

        Assert.Equal("h1", (await ClaimAsync(rig, Two)).Host.Id);
    }

    [Fact]
    public async Task RunFromBeforeThereWereHosts_IsNotTakenOver()
    {
        await using StorageRig rig = await StartAsync();
        await rig.ExecuteAsync("INSERT INTO workspaces(run_id, host, epoch, is_whole) VALUES('r1', 'data', 0, TRUE)");

        HeldWorkspace held = await ClaimAsync(rig, One);

        Assert.Equal(("data", 0L, false, false), (held.Host.Id, held.Epoch, held.IsLive, held.CanBeTaken));
    }

    [Fact]
    public async Task AllIsLost_NobodyHoldsAnythingBeforeItIsRestored()
    {
        await using StorageRig rig = await StartAsync();
        HeldWorkspace before = await ClaimAsync(rig, One);

        await rig.TakeUpBackupAsync();

        HeldWorkspace lost = (await rig.Hosts.FindAsync(StorageRig.Run, CancellationToken.None))!;
        Assert.Equal((2L, false, false, true), (lost.Epoch, lost.IsWhole, lost.IsLive, lost.CanBeTaken));
        Assert.Equal((null, null, null), (lost.Host.Address, lost.Host.Certificate, lost.Host.Key));
        Assert.False(await rig.Hosts.LastsAsync(new Tenure(StorageRig.Run, "h1", before.Epoch), CancellationToken.None));

        // Whoever had it may be who restores it.
        Assert.Equal(2, await RenewAsync(rig, One));
        HeldWorkspace again = await ClaimAsync(rig, One);
        Assert.Equal(("h1", 2L, false, true), (again.Host.Id, again.Epoch, again.IsWhole, again.IsLive));
    }

    [Fact]
    public async Task ManyClaimALostWorkspaceAtOnce_OneGetsItAndItsEpochIsTheNext()
    {
        const int Rounds = 25;
        await using StorageRig rig = await StartAsync();
        await using StorageRig other = await rig.OpenAnotherAsync();
        await ClaimAsync(rig, One);
        ToolHost[] all = [One, Two, new("h3", "here", "/three"), new("h4", "here", "/four")];
        for (int round = 0; round < Rounds; round++)
        {
            string lost = (await rig.Hosts.FindAsync(StorageRig.Run, CancellationToken.None))!.Host.Id;
            rig.Time.Advance(Lease);
            other.Time.Advance(Lease);
            ToolHost[] live = [.. all.Where(host => host.Id != lost)];
            await Task.WhenAll(live.Select(host => RenewAsync(rig, host)));

            HeldWorkspace[] seen = await Task.WhenAll(live.Select((host, index) => ClaimAsync(index % 2 == 0 ? rig : other, host)));

            Assert.Single(seen.Select(held => (held.Host.Id, held.Epoch)).Distinct());
            Assert.Equal(round + 2, seen[0].Epoch);
            Assert.NotEqual(lost, seen[0].Host.Id);
        }
    }

    [Fact]
    public async Task TenureThatIsOver_NothingOfItIsCommitted()
    {
        await using StorageRig rig = await StartAsync();
        await ClaimAsync(rig, One);
        EffectRecord intent = StorageRig.Intent();
        await rig.Journal.BeginAsync(intent, StorageRig.Event("begun"), CancellationToken.None);
        rig.Time.Advance(Lease);
        await RenewAsync(rig, Two);
        await ClaimAsync(rig, Two);

        await Assert.ThrowsAsync<TenureException>(() => InTenureAsync(One, 1, () => FinishAsync(rig, intent)));
        await Assert.ThrowsAsync<TenureException>(() => InTenureAsync(One, 1, () => rig.Journal.SetFirstSnapshotAsync(StorageRig.Run, "s0", CancellationToken.None)));
        await Assert.ThrowsAsync<TenureException>(() => InTenureAsync(One, 1, () => rig.Verdicts.SaveAsync(
            StorageRig.Run, 1, new Verdict { Accepted = true, Checks = [], Tree = "t" }, null, StorageRig.Event("verdict"), CancellationToken.None)));
        await Assert.ThrowsAsync<TenureException>(() => InTenureAsync(One, 1, () => rig.FinishAsync()));

        Assert.False((await rig.Journal.FindAsync(intent.Effect, CancellationToken.None))!.IsOver);
        Assert.Null(await rig.Verdicts.FindAsync(StorageRig.Run, 1, CancellationToken.None));
        Assert.Null((await rig.SummaryAsync()).Result);
        await InTenureAsync(Two, 2, () => FinishAsync(rig, intent));
        Assert.True((await rig.Journal.FindAsync(intent.Effect, CancellationToken.None))!.IsOver);
    }

    [Fact]
    public async Task HostThatComesBackToItsRun_IsInAnotherTenureThanBefore()
    {
        await using StorageRig rig = await StartAsync();
        await ClaimAsync(rig, One);
        foreach (ToolHost host in (ToolHost[])[Two, One])
        {
            rig.Time.Advance(Lease);
            await RenewAsync(rig, host);
            await ClaimAsync(rig, host);
        }

        await Assert.ThrowsAsync<TenureException>(() => InTenureAsync(One, 1, () => rig.FinishAsync()));
        Assert.False(await rig.Hosts.LastsAsync(new Tenure(StorageRig.Run, "h1", 1), CancellationToken.None));
        Assert.True(await rig.Hosts.LastsAsync(new Tenure(StorageRig.Run, "h1", 3), CancellationToken.None));
    }

    [Fact]
    public async Task Takeover_RestoresTheNewestSnapshotAndKnowsWhatIsLost()
    {
        await using StorageRig rig = await StartAsync();
        string first = new('0', 64), newest = new('a', 64);
        Assert.Equal(new RestorePoint(null, "the commit that the run started from", 0), await PointAsync(rig));
        await rig.Journal.SetFirstSnapshotAsync(StorageRig.Run, first, CancellationToken.None);
        Assert.Equal(new RestorePoint(first, "snapshot 000000000000 (before the first call)", 0), await PointAsync(rig));

        (int Call, string? Snapshot)[] calls = [(1, newest), (2, null), (3, ""), (4, ""), (5, null)];
        foreach ((int call, string? snapshot) in calls)
        {
            EffectRecord intent = StorageRig.Intent(call);
            await rig.Journal.BeginAsync(intent, StorageRig.Event(), CancellationToken.None);
            await FinishAsync(rig, intent with { Snapshot = snapshot });
        }

        Assert.Equal(new RestorePoint(newest, "snapshot aaaaaaaaaaaa (after call 000001/001)", 2), await PointAsync(rig));
    }

    [Fact]
    public async Task RestoredWorkspace_IsWholeAndItsLossIsToldOnce()
    {
        await using StorageRig rig = await StartAsync();
        await ClaimAsync(rig, One);
        rig.Time.Advance(Lease);
        await RenewAsync(rig, Two);
        await ClaimAsync(rig, Two);
        var tenure = new Tenure(StorageRig.Run, "h2", 2);

        await rig.Hosts.SetWholeAsync(tenure, new RestorePoint("s", "snapshot s", 3), "h2 (/two on there)", CancellationToken.None);
        await rig.Hosts.SetWholeAsync(tenure, new RestorePoint("s", "snapshot s", 3), "h2 (/two on there)", CancellationToken.None);

        HeldWorkspace held = (await rig.Hosts.FindAsync(StorageRig.Run, CancellationToken.None))!;
        Assert.Equal((true, "snapshot s", 3), (held.IsWhole, held.Restored, held.LostCalls));
        Assert.Equal(["h2 (/two on there) takes over; files restored to snapshot s; what the 3 calls after it changed is lost"], (await rig.EventsAsync()).Where(text => text.Contains("takes over", StringComparison.Ordinal)));
        await Assert.ThrowsAsync<TenureException>(() => rig.Hosts.SetWholeAsync(tenure with { Epoch = 1 }, new RestorePoint(null, "x", 0), "h2", CancellationToken.None));

        EffectRecord intent = StorageRig.Intent();
        await rig.Journal.BeginAsync(intent, StorageRig.Event(), CancellationToken.None);
        await InTenureAsync(Two, 2, () => FinishAsync(rig, intent), lostCalls: 3);
        Assert.Equal(0, (await rig.Hosts.FindAsync(StorageRig.Run, CancellationToken.None))!.LostCalls);
    }

    [Fact]
    public async Task WorkerThatServesNobody_LeavesTheAddressOfTheOneThatDoes()
    {
        await using StorageRig rig = await StartAsync();

        await RenewAsync(rig, One with { Address = null, Certificate = null, Key = null });
        await ClaimAsync(rig, One);

        KnownHost known = (await rig.Hosts.ListAsync(CancellationToken.None))[0];
        Assert.Equal((One, 1L, true, 1), (known.Host, known.Epoch, known.IsLive, known.Runs));
    }

    [Fact]
    public async Task LeaseOfTheOneThatServedIsOver_NobodyCallsItThereAnyMore()
    {
        await using StorageRig rig = await StartAsync();
        rig.Time.Advance(Lease);

        await RenewAsync(rig, One with { Address = null, Certificate = null, Key = null });

        Assert.Equal(One with { Address = null, Certificate = null, Key = null }, (await rig.Hosts.ListAsync(CancellationToken.None))[0].Host);
    }

    [Fact]
    public async Task ProcessThatEnds_TakesItsOwnAddressAndNoOthers()
    {
        await using StorageRig rig = await StartAsync();

        await rig.Hosts.StopServingAsync(One with { Key = "of an earlier process" }, CancellationToken.None);
        Assert.Equal(One, (await rig.Hosts.ListAsync(CancellationToken.None))[0].Host);

        await rig.Hosts.StopServingAsync(One, CancellationToken.None);
        Assert.Equal(One with { Address = null, Certificate = null, Key = null }, (await rig.Hosts.ListAsync(CancellationToken.None))[0].Host);
    }

    [Fact]
    public async Task RunWhoseFilesWereLaidOutToTheEnd_IsPrepared()
    {
        await using StorageRig rig = await StartAsync();
        Assert.False((await PointAsync(rig)).IsPrepared);

        await rig.Transcripts.AppendAsync(StorageRig.Run, TranscriptKey.Opening, [TranscriptEntry.User(0, "Do it.")], StorageRig.Event(), CancellationToken.None);

        Assert.True((await PointAsync(rig)).IsPrepared);
    }

    private static async Task<StorageRig> StartAsync()
    {
        StorageRig rig = await StorageRig.StartAsync();
        await RenewAsync(rig, One);
        await RenewAsync(rig, Two);
        return rig;
    }

    private static Task<long> RenewAsync(StorageRig rig, ToolHost host) => rig.Hosts.RenewAsync(host, Lease, CancellationToken.None);

    private static Task<HeldWorkspace> ClaimAsync(StorageRig rig, ToolHost host) => rig.Hosts.ClaimAsync(StorageRig.Run, host.Id, CancellationToken.None);

    private static Task<RestorePoint> PointAsync(StorageRig rig) => rig.Hosts.FindRestorePointAsync(StorageRig.Run, CancellationToken.None);

    private static async Task InTenureAsync(ToolHost host, long epoch, Func<Task> work, int lostCalls = 0)
    {
        new Tenure(StorageRig.Run, host.Id, epoch) { LostCalls = lostCalls }.Begin();
        await work();
    }

    private static Task<EffectRecord> FinishAsync(StorageRig rig, EffectRecord intent) => rig.Journal.FinishAsync(
        intent with { State = EffectState.Finished, ExitCode = 0, End = EndReason.Exited },
        ReadOnlyMemory<byte>.Empty,
        [TranscriptEntry.Observation(1, $"c{intent.Effect.Call}", "done")],
        StorageRig.Event("ended"),
        CancellationToken.None);
}
