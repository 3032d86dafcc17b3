using Orchestrator.Agent.Models;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Verification;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Runs;

public sealed class RunOrchestratorTests
{
    [Fact]
    public async Task WorkThatPasses_IsAcceptedWithItsPatch()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("echo yes > done.txt; echo made it"), Says("done")));

        RunResult result = await rig.RunAsync();

        Assert.Equal((RunStatus.Accepted, 2, 1), (result.Status, result.Turns, result.ToolCalls));
        Assert.Equal([new Check("done", 0)], result.Verdict!.Checks);
        rig.Source.Git("apply", result.Patch!);
        Assert.Equal("yes\n", File.ReadAllText(Path.Combine(rig.Source.Path, "done.txt")));
        Assert.Contains("made it", Assert.Single(rig.Observations), StringComparison.Ordinal);
        Assert.Equal(new TokenUsage(200, 80, 2000), result.Usage);
        Assert.True(File.Exists(result.Report));
    }

    [Fact]
    public async Task SubmissionThatFails_ModelReadsTheFindings()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Says("done, I think"), Bash("touch done.txt"), Says("done")));

        RunResult result = await rig.RunAsync();

        string findings = Assert.IsType<PromptItem.UserMessage>(rig.Model.Requests[1].Prompt[^1]).Text;
        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Contains("## done: `test -f done.txt", findings, StringComparison.Ordinal);
        Assert.Contains("exit code 3", findings, StringComparison.Ordinal);
        Assert.Contains("no done.txt", findings, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChangeOutOfScope_IsAFindingAndNotAccepted()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Bash("touch done.txt; echo two > src/app.txt"), Says("done"), Bash("git checkout -q src/app.txt"), Says("done")));
        rig.Snapshots.IsStuck = true;

        RunResult result = await rig.RunAsync(rig.Task(task => task with { AllowedPaths = ["done.txt"] }));

        string findings = rig.Model.Requests[2].Prompt.OfType<PromptItem.UserMessage>().Last().Text;
        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Contains("- src/app.txt", findings, StringComparison.Ordinal);
        Assert.Equal([0], result.Verdict!.Checks.Select(check => check.ExitCode));
    }

    [Fact]
    public async Task IgnoredFileThatACriterionNeeds_IsMissingAtTheVerificationAndTheModelIsTold()
    {
        const string Needed = "made/needed.txt";
        await using RunRig rig = await RunRig.StartAsync(new(
            Bash($"echo made/ > .gitignore; mkdir made; echo yes > {Needed}; cat {Needed}"), Says("done"), Bash("rm .gitignore"), Says("done")));

        RunResult result = await rig.RunAsync(rig.Task(task => task with { Success = [new SuccessCriterion("needed", $"cat {Needed} 2>&1")] }));

        string findings = rig.Model.Requests[2].Prompt.OfType<PromptItem.UserMessage>().Last().Text;
        Assert.Contains("yes", rig.Observations[0], StringComparison.Ordinal);
        Assert.Contains($"{Needed}: No such file or directory", findings, StringComparison.Ordinal);
        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Contains(Needed, File.ReadAllText(result.Patch!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SameClaimThreeTimes_IsRejected()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("true"), Says("done"), Says("done!"), Says("really")));

        RunResult result = await rig.RunAsync();

        Assert.Equal((RunStatus.Rejected, 4), (result.Status, result.Turns));
        Assert.Equal([3], result.Verdict!.Checks.Select(check => check.ExitCode));
        Assert.True(File.Exists(result.Patch));
    }

    [Fact]
    public async Task ManyTurns_ContinueAsNewWithoutLosingAnything()
    {
        int turns = (2 * RunOrchestrator.StepsPerGeneration) + 3;
        await using RunRig rig = await RunRig.StartAsync(new(
            [.. Enumerable.Range(1, turns).Select(turn => Bash($"echo {turn} >> done.txt")), Says("done")]));

        RunResult result = await rig.RunAsync();

        Assert.Equal((RunStatus.Accepted, turns + 1, turns), (result.Status, result.Turns, result.ToolCalls));
        Assert.Equal(turns + 1, rig.Model.Requests.Count);
        rig.Source.Git("apply", result.Patch!);
        Assert.Equal(Enumerable.Range(1, turns).Select(turn => $"{turn}"), File.ReadLines(Path.Combine(rig.Source.Path, "done.txt")));
    }

    [Fact]
    public async Task SeveralCallsInATurn_RunInTheirOrder()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("echo 1 >> done.txt", "echo 2 >> done.txt", "cat done.txt"), Says("done")));

        RunResult result = await rig.RunAsync();

        Assert.Equal(3, result.ToolCalls);
        Assert.Contains("1\n2\n", rig.Observations[2], StringComparison.Ordinal);
        Assert.Equal(["echo 1 >> done.txt", "echo 2 >> done.txt", "cat done.txt"], rig.Commands.Started.Take(3));
    }

    [Fact]
    public async Task ThousandsOfCalls_TheFirstAreServedAndTheRestIsToldSo()
    {
        const int Calls = 3000;
        string longName = new('x', 2000);
        await using RunRig rig = await RunRig.StartAsync(new(
            ScriptedModel.Calls([("bash", """{"command":"touch done.txt"}"""), .. Enumerable.Repeat((longName, "{}"), Calls - 1)]), Says("done"))
        { Window = 10_000_000 });

        RunResult result = await rig.RunAsync();

        Assert.Equal((RunStatus.Accepted, Calls), (result.Status, result.ToolCalls));
        Assert.Equal(Calls - 128, rig.Observations.Count(text => text.Contains("too_many_calls", StringComparison.Ordinal)));
        Assert.Equal(127, rig.Observations.Count(text => text.Contains($"There is no tool '{longName[..64]}…'", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task UnknownTool_IsToldWhichThereAre()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Calls(("browser", "{}"), ("bash", """{"command":"touch done.txt"}""")), Says("done")));

        RunResult result = await rig.RunAsync();

        Assert.Equal((RunStatus.Accepted, 2), (result.Status, result.ToolCalls));
        Assert.Contains("There is no tool 'browser'. The tools are: bash, delegate.", rig.Observations[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task CutAnswer_IsAskedToGoOn()
    {
        await using RunRig rig = await RunRig.StartAsync(new(IsCut("I was about to"), Bash("touch done.txt"), Says("done")));

        RunResult result = await rig.RunAsync();

        Assert.Equal((RunStatus.Accepted, 3), (result.Status, result.Turns));
        Assert.Contains("cut at the output limit", Assert.IsType<PromptItem.UserMessage>(rig.Model.Requests[1].Prompt[^1]).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InterruptedCall_IsReportedAndNotRepeated()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash(HostCommands.LosesItsSupervisor), Bash("touch done.txt"), Says("done")));

        RunResult result = await rig.RunAsync();

        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Contains("interrupted", rig.Observations[0], StringComparison.Ordinal);
        Assert.Contains("NOT run again", rig.Observations[0], StringComparison.Ordinal);
        Assert.Single(rig.Commands.Started, script => script == HostCommands.LosesItsSupervisor);
    }

    [Fact]
    public async Task ActivityThatThrows_FailsWithPatchAndReport()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("echo kept > kept.txt"), Bash(HostCommands.Throws)));

        RunResult result = await rig.RunAsync();

        Assert.Equal(RunStatus.Failed, result.Status);
        Assert.Contains("the disk is on fire", result.Reason, StringComparison.Ordinal);
        Assert.Contains("kept.txt", File.ReadAllText(result.Patch!), StringComparison.Ordinal);
        Assert.Contains("the disk is on fire", File.ReadAllText(result.Report!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RepositoryInsideTheWorkspace_ItsFilesAreInThePatch()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("touch done.txt; rm -rf .git; mkdir sub && cd sub && git init -q && touch in.txt"), Says("done")));

        RunResult result = await rig.RunAsync();

        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Contains("sub/in.txt", File.ReadAllText(result.Patch!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ProviderFailure.Unauthorized, true)]
    [InlineData(ProviderFailure.Unreachable, true)]
    [InlineData(ProviderFailure.Overloaded, false)]
    [InlineData(ProviderFailure.Refused, false)]
    public async Task ProviderFailure_FailsAndSaysWhetherTheEnvironmentIsAtFault(ProviderFailure failure, bool isEnvironmentFault)
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("touch half.txt"), Fails(failure, "no answer today")));

        RunResult result = await rig.RunAsync();

        Assert.Equal((RunStatus.Failed, "no answer today", isEnvironmentFault), (result.Status, result.Reason, result.IsEnvironmentFault));
        Assert.Contains("half.txt", File.ReadAllText(result.Patch!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_Fails()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Refuses("I'd rather not.")));

        RunResult result = await rig.RunAsync();

        Assert.Equal(RunStatus.Failed, result.Status);
        Assert.Contains("I'd rather not.", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RestartInTheMiddle_NothingIsAskedOrRunTwice()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Bash("echo 1 >> done.txt"), Bash("echo 2 >> done.txt", "git push"), Bash("echo 3 >> done.txt"), Says("done")));
        AgentTask task = rig.Task(task => task with
        {
            Checkpoints = task.Checkpoints with { Tools = [new ToolRule("bash", "git push*", Ruling.Ask)] },
        });
        string run = await rig.SubmitAsync(task);
        await rig.OpenApprovalAsync(run);

        await rig.RestartAsync();
        await rig.DecideAsync(run, isApproval: false);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Accepted, 4, 4), (result.Status, rig.Model.Requests.Count, result.ToolCalls));
        rig.Source.Git("apply", result.Patch!);
        Assert.Equal("1\n2\n3\n", File.ReadAllText(Path.Combine(rig.Source.Path, "done.txt")));
    }
}
