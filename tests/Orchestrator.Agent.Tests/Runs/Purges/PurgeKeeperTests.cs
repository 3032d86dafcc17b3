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
        var purge = new RunPurge(
            purges, rig.Service<IPayloadStore>(), rig.Service<IHostStore>(), rig.Service<ToolHost>(), rig.Commands, rig.Data, rig.Client, TimeProvider.System);
        var due = new DuePurges(purges, Options.Create(new RetentionOptions { Keep = TimeSpan.FromDays(1) }), TimeProvider.System);
        using var keeper = new PurgeKeeper(purges, purge, due, TimeProvider.System, NullLogger<PurgeKeeper>.Instance);

        await keeper.StartAsync(CancellationToken.None);
        await Until.TrueAsync(() => purges.Asked.Count >= 2, "the other purges");
        await keeper.StopAsync(CancellationToken.None);

        Assert.Equal(["finish r2", "begin r3"], purges.Asked);
    }
}
