using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Runs.Purges;
using Orchestrator.Agent.Stores;

namespace Orchestrator.Agent.Tests.Runs.Purges;

public sealed class PurgeKeeperTests
{
    [Fact]
    public async Task PurgeThatCannotBeFinished_KeepsNoOtherFromItsTurn()
    {
        await using RunRig rig = await RunRig.StartAsync(new ScriptedModel());
        var purges = new PlayedPurges { Begun = ["r1", "r2"], Due = ["r3"], Stuck = "r1" };
        RunPurge purge = PurgeOf(rig, purges);
        var due = new DuePurges(purges, Options.Create(new RetentionOptions { Keep = TimeSpan.FromDays(1) }), TimeProvider.System);
        using var keeper = new PurgeKeeper(purges, purge, due, TimeProvider.System, NullLogger<PurgeKeeper>.Instance);

        await keeper.StartAsync(CancellationToken.None);
        await Until.TrueAsync(() => purges.Asked.Count >= 2, "the other purges");
        await keeper.StopAsync(CancellationToken.None);

        Assert.Equal(["finish r2", "begin r3"], purges.Asked);
    }

    /// <summary>As of a server, or a Functions host, that has another data folder: who shares the runs' own finishes it.</summary>
    [Fact]
    public async Task PurgeOfRunsWhoseFilesAreElsewhere_IsLeftToWhoHasThem()
    {
        await using RunRig rig = await RunRig.StartAsync(new ScriptedModel());
        var here = new PlayedPurges { Begun = ["r1"] };
        var elsewhere = new PlayedPurges { Begun = ["r1"], IsHere = false };

        bool isDoneElsewhere = await PurgeOf(rig, elsewhere).TryFinishAsync("r1", CancellationToken.None);
        bool isDoneHere = await PurgeOf(rig, here).TryFinishAsync("r1", CancellationToken.None);

        Assert.Equal((false, true), (isDoneElsewhere, isDoneHere));
        Assert.Empty(elsewhere.Asked);
        Assert.Equal(["finish r1"], here.Asked);
    }

    private static RunPurge PurgeOf(RunRig rig, IPurgeStore purges) => new(
        purges, rig.Service<IPayloadStore>(), rig.Service<IHostStore>(), rig.Service<ToolHost>(), rig.Commands, rig.Data, rig.Client, TimeProvider.System);
}
