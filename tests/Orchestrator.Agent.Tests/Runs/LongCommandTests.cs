using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>Commands that run longer than one activity follows them.</summary>
public sealed class LongCommandTests
{
    private const string Slow = "sleep 1.5; echo x >> done.txt";

    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(0.3);

    [Fact]
    public async Task LongerThanASlice_TheNextActivityGoesOnFollowing()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash(Slow), Says("done")), slice: Slice);

        RunResult result = await rig.RunAsync(rig.Task(task => task with { Success = [new SuccessCriterion("slow", "sleep 1; cat done.txt")] }));

        Assert.Equal((RunStatus.Accepted, 1), (result.Status, result.ToolCalls));
        Assert.Equal([Slow, "sleep 1; cat done.txt"], rig.Commands.Started);
        Assert.InRange(rig.Commands.StillRunning.Count(script => script == Slow), 2, 5);
        Assert.InRange(rig.Commands.StillRunning.Count(script => script != Slow), 1, 4);
        Assert.True(result.Verdict!.Elapsed >= TimeSpan.FromSeconds(1), $"{result.Verdict.Elapsed}");
    }

    [Theory]
    [InlineData("sleep 1.5", "true")]
    [InlineData("true", "sleep 1.5; exit 1")]
    public async Task AllOfIt_IsTimeAtWork(string command, string check)
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash(command), Says("done")), slice: Slice);

        RunResult result = await rig.RunAsync(rig.Task(task => task with
        {
            Success = [new SuccessCriterion("check", check)],
            Budget = new BudgetTerms { WallClock = TimeSpan.FromSeconds(1.4), OnLimit = LimitAction.Stop },
        }));

        Assert.Equal(RunStatus.LimitReached, result.Status);
    }

    [Fact]
    public async Task InterruptedInALaterSlice_ThatSliceIsTimeAtWorkToo()
    {
        await using RunRig rig = await RunRig.StartAsync(
            new(Bash(HostCommands.LosesItsSupervisorLate), Bash("touch done.txt"), Says("done")), slice: TimeSpan.FromSeconds(1));

        RunResult result = await rig.RunAsync(rig.Task(task => task with
        {
            Budget = new BudgetTerms { WallClock = HostCommands.LateLoss - TimeSpan.FromSeconds(0.3), OnLimit = LimitAction.Stop },
        }));

        Assert.Equal((RunStatus.LimitReached, 1), (result.Status, result.Turns));
        Assert.Single(rig.Commands.StillRunning);
    }
}
