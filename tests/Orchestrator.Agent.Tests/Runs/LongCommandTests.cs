using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>Commands that run longer than one activity follows them.</summary>
public sealed class LongCommandTests
{
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(0.3);

    [Fact]
    public async Task LongerThanASlice_TheNextActivityGoesOnFollowing()
    {
        const int slices = 3;
        string go = Path.Combine(Path.GetTempPath(), $"go-{Guid.NewGuid():N}");
        await using RunRig rig = await RunRig.StartAsync(new(Bash(Waiting("echo x >> done.txt")), Says("done")), slice: Slice);
        string check = Waiting("cat done.txt");
        long startedAt = TimeProvider.System.GetTimestamp();
        string run = await rig.SubmitAsync(rig.Task(task => task with { Success = [new SuccessCriterion("slow", check)] }));
        await GoOnAfterAsync(Waiting("echo x >> done.txt"));
        await GoOnAfterAsync(check);

        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Accepted, 1), (result.Status, result.ToolCalls));
        Assert.Equal([Waiting("echo x >> done.txt"), check], rig.Commands.Started);
        Assert.True(rig.Commands.StillRunning.Count * Slice <= TimeProvider.System.GetElapsedTime(startedAt) + Slice, $"{rig.Commands.StillRunning.Count} slices");
        Assert.True(result.Verdict!.Elapsed >= slices * Slice, $"{result.Verdict.Elapsed}");

        // Each of the two ends when it was left running so often, and takes the word to go away with it.
        async Task GoOnAfterAsync(string script)
        {
            await Until.TrueAsync(
                () => System.Threading.Tasks.Task.FromResult(rig.Commands.StillRunning.Count(running => running == script) >= slices), "the slices");
            await File.WriteAllTextAsync(go, "");
        }

        string Waiting(string then) => $"while [ ! -e {go} ]; do sleep 0.02; done; rm {go}; {then}";
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
        // What this machine takes besides is minutes less than what the second slice counts for.
        var slice = TimeSpan.FromMinutes(10);
        var time = new LeapingTime();
        await using RunRig rig = await RunRig.StartAsync(
            new(Bash(HostCommands.LosesItsSupervisorLate), Bash("touch done.txt"), Says("done")), time, slice: slice);
        rig.Commands.Time = time;

        RunResult result = await rig.RunAsync(rig.Task(task => task with
        {
            Budget = new BudgetTerms { WallClock = slice * 1.7, OnLimit = LimitAction.Stop },
        }));

        Assert.Equal((RunStatus.LimitReached, 1), (result.Status, result.Turns));
        Assert.Single(rig.Commands.StillRunning);
    }
}
