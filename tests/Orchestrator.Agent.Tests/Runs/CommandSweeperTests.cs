using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Runs;

public sealed class CommandSweeperTests
{
    [Fact]
    public async Task RunThatIsOverForGood_KeepsItsCommandsForADay()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Bash("touch done.txt"), Says("done"), Bash("true"), Fails(ProviderFailure.Unreachable, "It is away."), Bash("git push")));
        string over = await EndedAsync(rig, RunStatus.Accepted);
        string failed = await EndedAsync(rig, RunStatus.Failed);
        string waiting = await rig.SubmitAsync(rig.Task(task => task with { Checkpoints = new CheckpointRules { Tools = [new ToolRule("bash", "git push*", Ruling.Ask)] } }));
        await rig.OpenApprovalAsync(waiting);
        string[] all = [over, failed, waiting];
        Array.ForEach([.. all, "unknown"], run => Directory.CreateDirectory(Path.Combine(rig.Data.EffectsOf(run), "000001-001-0")));

        await SweepAsync(rig, CommandSweeper.Kept - TimeSpan.FromMinutes(5));
        Assert.All(all, run => Assert.True(Directory.Exists(rig.Data.EffectsOf(run))));

        await SweepAsync(rig, CommandSweeper.Kept + TimeSpan.FromMinutes(5));
        Assert.Equal([false, true, true, true], ((string[])[.. all, "unknown"]).Select(run => Directory.Exists(rig.Data.EffectsOf(run))));
    }

    private static async Task<string> EndedAsync(RunRig rig, RunStatus end)
    {
        string run = await rig.SubmitAsync();
        Assert.Equal(end, (await rig.EndAsync(run)).Status);
        return run;
    }

    private static async Task SweepAsync(RunRig rig, TimeSpan later)
    {
        using var sweeper = new CommandSweeper(rig.Runs, rig.Data, new Later(later), NullLogger<CommandSweeper>.Instance);
        await sweeper.SweepAsync(CancellationToken.None);
    }

    private sealed class Later(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
