using Orchestrator.Agent.Tracing;

namespace Orchestrator.Storage.Tests;

public sealed class TraceRowsTests
{
    [Fact]
    public async Task TurnsThatAreOver_AreTakenByOneOnceAndTheNextBeginBehindThem()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await using StorageRig other = await rig.OpenAnotherAsync();
        await rig.ExecuteAsync("UPDATE runs SET turns = 3");

        DueTrace due = Assert.Single(await rig.Traces.ListDueAsync(CancellationToken.None));
        bool[] taken = await Task.WhenAll(rig.Traces.TryTakeAsync(due, seen: 7, CancellationToken.None), other.Traces.TryTakeAsync(due, seen: 7, CancellationToken.None));
        IReadOnlyList<DueTrace> rest = await rig.Traces.ListDueAsync(CancellationToken.None);
        await rig.ExecuteAsync($"UPDATE runs SET turns = 5, status = 'Accepted', ended_at = {rig.Time.GetUtcNow().ToUnixTimeMilliseconds()}");
        DueTrace last = Assert.Single(await rig.Traces.ListDueAsync(CancellationToken.None));

        Assert.Equal(new DueTrace(StorageRig.Run, 0, 2, 0, IsOver: false), due);
        Assert.Single(taken, isTaken => isTaken);
        Assert.Empty(rest);
        Assert.Equal(new DueTrace(StorageRig.Run, 2, 5, 7, IsOver: true), last);
        Assert.True(await rig.Traces.TryTakeAsync(last, seen: 9, CancellationToken.None));
        Assert.Empty(await rig.Traces.ListDueAsync(CancellationToken.None));
    }

    [Fact]
    public async Task EndedLongAgo_IsLeftAlone()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.ExecuteAsync($"UPDATE runs SET turns = 5, status = 'Accepted', ended_at = {rig.Time.GetUtcNow().AddHours(-2).ToUnixTimeMilliseconds()}");

        Assert.Empty(await rig.Traces.ListDueAsync(CancellationToken.None));
        Assert.Equal(new WorkAtHand(0, 0, null), await rig.Traces.CountAsync(CancellationToken.None));
    }
}
