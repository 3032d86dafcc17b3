using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>Whatever happens to a run, it ends with a result that says so.</summary>
public sealed class BadEndTests
{
    [Fact]
    public async Task PatchThatGitCannotWrite_FailsWithAReasonAndAReport()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("touch done.txt"), Says("done")), hubTime: new SkippingTime());

        RunResult result = await rig.RunAsync(rig.Task(task => task with
        {
            Success = [new SuccessCriterion("damages the trusted repository", "rm -rf ../../../../*.git/objects")],
        }));

        Assert.Equal(RunStatus.Failed, result.Status);
        Assert.StartsWith("The verified patch could not be written: ", result.Reason, StringComparison.Ordinal);
        Assert.Contains("git --git-dir", result.Reason, StringComparison.Ordinal);
        Assert.Null(result.Patch);
        Assert.Equal((false, 0), (result.Verdict!.Accepted, result.Verdict.Checks[0].ExitCode));
        Assert.Contains("git --git-dir", File.ReadAllText(result.Report!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SubmissionThatGitCannotRead_FailsAtOnce()
    {
        var time = new SkippingTime();
        await using RunRig rig = await RunRig.StartAsync(
            new(Bash("touch done.txt; rm -rf ../../$(basename $(dirname $PWD)).git/objects"), Says("done")), hubTime: time);

        RunResult result = await rig.RunAsync();

        Assert.Equal(RunStatus.Failed, result.Status);
        Assert.Contains("git --git-dir", result.Reason, StringComparison.Ordinal);

        // Retries would have been waited for; the hub's own timers are a fraction of that.
        Assert.True(time.Skipped < TimeSpan.FromMinutes(2), $"{time.Skipped}");
    }

    [Fact]
    public async Task FailedRunWhoseNameForThePatchIsTaken_KeepsItsReasonAndHasAReport()
    {
        await using RunRig rig = await RunRig.StartAsync(
            new(Bash("mkdir -p ../../../results/$(basename $(dirname $PWD))/changes.patch/full"), Fails(ProviderFailure.Overloaded, "no answer")),
            hubTime: new SkippingTime());

        RunResult result = await rig.RunAsync();

        Assert.Equal((RunStatus.Failed, null), (result.Status, result.Patch));
        Assert.StartsWith("no answer There is no patch: ", result.Reason, StringComparison.Ordinal);
        Assert.Contains("There is no patch: ", File.ReadAllText(result.Report!), StringComparison.Ordinal);
    }

    /// <summary>A disk that others have filled says nothing of what was submitted: the check is made again.</summary>
    [Theory]
    [InlineData(HostCommands.FindsNoRoom)]
    [InlineData(HostCommands.FindsFullDisk)]
    public async Task DiskThatIsFullDuringVerification_IsNotHeldAgainstTheSubmission(string check)
    {
        await using RunRig rig = await RunRig.StartAsync(new(Says("done")), hubTime: new SkippingTime());

        RunResult result = await rig.EndAsync(await rig.SubmitAsync(rig.Task(task => task with { Success = [new SuccessCriterion("check", check)] })));

        Assert.Equal((RunStatus.Accepted, 1), (result.Status, result.Turns));
        Assert.Equal(2, rig.Commands.Started.Count(started => started == check));
    }

    [Fact]
    public async Task RunThatCannotBeBuried_DoesNotKeepOthersFromTheirStart()
    {
        await using RunRig rig = await RunRig.StartAsync(
            new(Bash(HostCommands.CannotBeEnded), Bash("touch done.txt"), Says("done")), slice: TimeSpan.FromSeconds(0.3));
        string stuck = await rig.SubmitAsync();
        await Until.TrueAsync(() => rig.Commands.StillRunning.Count > 0, "a slice of the command");
        await rig.Client.TerminateInstanceAsync(stuck);
        await Until.TrueAsync(() => rig.Commands.AskedToEnd > 0, "the burial");

        RunResult result = await rig.RunAsync();

        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Null((await rig.Runs.FindAsync(stuck, CancellationToken.None))!.Result);
    }

    [Fact]
    public async Task FailedWhileACommandRuns_CommandIsEnded()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash(HostCommands.NeverEnds)), slice: TimeSpan.FromSeconds(0.3));
        string run = await rig.SubmitAsync();
        await Until.TrueAsync(() => rig.Commands.StillRunning.Count > 0, "a slice of the command");

        await rig.ChangeRowAsync("UPDATE effects SET args_hash = $value WHERE run_id = $run", run, "of another call");
        RunResult result = await rig.EndAsync(run);

        Assert.Equal(RunStatus.Failed, result.Status);
        Assert.Contains("was dispatched with other arguments", result.Reason, StringComparison.Ordinal);
        Assert.Equal([HostCommands.NeverEnds], rig.Commands.Canceled);
    }

    [Fact]
    public async Task OrchestrationThatDied_RunIsBuriedAndItsQuestionWithdrawn()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("touch done.txt"), Says("done")));
        string run = await rig.SubmitAsync(rig.Task(task => task with { Checkpoints = new CheckpointRules { Final = FinalCheckpoint.Ask } }));
        Approval approval = await rig.OpenApprovalAsync(run);

        await rig.Client.TerminateInstanceAsync(run);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Failed, 2, 1), (result.Status, result.Turns, result.ToolCalls));
        Assert.Contains("Terminated", result.Reason, StringComparison.Ordinal);
        Assert.Equal(ApprovalState.Withdrawn, (await rig.Approvals.FindAsync(approval.Id, CancellationToken.None))!.State);
    }
}
