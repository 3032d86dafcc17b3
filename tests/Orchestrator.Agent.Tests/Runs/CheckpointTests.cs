using System.Text.RegularExpressions;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>Runs that wait for people.</summary>
public sealed class CheckpointTests
{
    private const string Reason = "Not on a Friday;\n  ask \"Ben\" — “first” 🙂";

    [Fact]
    public async Task FinalApproved_Lands()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("echo yes > done.txt"), Says("done")));
        string run = await rig.SubmitAsync(rig.Task(WithFinalReview));

        Approval approval = await rig.DecideAsync(run, isApproval: true);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((CheckpointKind.Final, RunStatus.Accepted), (approval.Kind, result.Status));
        Assert.Matches($"^# test: verified on the tree [0-9a-f]{{40}}\n# exit code 0: done\n\n{Regex.Escape(approval.Subject)}$", File.ReadAllText(result.Patch!));
        Assert.Contains("done exit code 0", approval.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FinalDenied_ReasonReachesTheModelWordForWordAndTheRunGoesOn()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("echo yes > done.txt"), Says("done"), Bash("echo no > done.txt"), Says("done")));
        string run = await rig.SubmitAsync(rig.Task(WithFinalReview));

        Approval first = await rig.DecideAsync(run, isApproval: false, Reason);
        await Until.TrueAsync(() => rig.Model.Requests.Count == 4, "the model's answer to the denial");
        Approval second = await rig.DecideAsync(run, isApproval: true);
        RunResult result = await rig.EndAsync(run);

        string told = Assert.IsType<PromptItem.UserMessage>(rig.Model.Requests[2].Prompt[^1]).Text;
        Assert.Contains(Reason, told, StringComparison.Ordinal);
        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.NotEqual((first.Id, first.Digest), (second.Id, second.Digest));
        string report = File.ReadAllText(result.Report!);
        Assert.Contains($"| {Reason.ReplaceLineEndings(" ")} |", report, StringComparison.Ordinal);
        Assert.Matches(@"\| ben \| denied \| turn 2: Shall this diff land\?.*\n.*\| ben \| approved \| turn 4: Shall this diff land\?", report);
    }

    [Fact]
    public async Task WaitingRun_IsListedAsWaiting()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("echo yes > done.txt"), Says("done")));
        string run = await rig.SubmitAsync(rig.Task(WithFinalReview));
        await rig.OpenApprovalAsync(run);

        RunSummary? summary = await rig.Runs.FindAsync(run, CancellationToken.None);

        Assert.Equal(RunStatus.Waiting, summary!.Status);
        await rig.DecideAsync(run, isApproval: true);
        await rig.EndAsync(run);
    }

    [Fact]
    public async Task ToolApproved_RunsOnce()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("echo x >> done.txt"), Says("done")));
        string run = await rig.SubmitAsync(rig.Task(task => WithRule(task, Ruling.Ask)));

        Approval approval = await rig.DecideAsync(run, isApproval: true);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((CheckpointKind.Tool, "echo x >> done.txt"), (approval.Kind, approval.Subject));
        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Single(rig.Commands.Started, "echo x >> done.txt");
    }

    [Fact]
    public async Task ToolDenied_ReasonIsTheCallsOutputWordForWord()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("echo x >> done.txt", "touch done.txt"), Says("done")));
        string run = await rig.SubmitAsync(rig.Task(task => WithRule(task, Ruling.Ask)));

        await rig.DecideAsync(run, isApproval: false, Reason);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Accepted, 2), (result.Status, result.ToolCalls));
        Assert.Contains(Reason, rig.Observations[0], StringComparison.Ordinal);
        Assert.DoesNotContain("echo x >> done.txt", rig.Commands.Started);
    }

    [Fact]
    public async Task PolicyDenies_ModelIsToldTheRule()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("cd src; echo x >> ../done.txt", "touch done.txt"), Says("done")));

        RunResult result = await rig.RunAsync(rig.Task(task => WithRule(task, Ruling.Deny)));

        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Contains("checkpoints.tools[0]", rig.Observations[0], StringComparison.Ordinal);
        Assert.DoesNotContain("cd src; echo x >> ../done.txt", rig.Commands.Started);
    }

    [Fact]
    public async Task CanceledWhileWaitingForTheFinalDecision_EndsWithItsPatch()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("echo yes > done.txt"), Says("done")));
        string run = await rig.SubmitAsync(rig.Task(WithFinalReview));
        Approval approval = await rig.OpenApprovalAsync(run);

        bool isCanceled = await rig.Signals.CancelAsync(run, "anna", CancellationToken.None);
        RunResult result = await rig.EndAsync(run);

        Assert.True(isCanceled);
        Assert.Equal((RunStatus.Canceled, "A person canceled the run."), (result.Status, result.Reason));
        Assert.Contains("done.txt", File.ReadAllText(result.Patch!), StringComparison.Ordinal);
        Assert.Equal(ApprovalState.Withdrawn, (await rig.Approvals.FindAsync(approval.Id, CancellationToken.None))!.State);
    }

    [Fact]
    public async Task CanceledWhileWaitingForAToolsDecision_EndsWithoutRunningIt()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("echo x >> done.txt")));
        string run = await rig.SubmitAsync(rig.Task(task => WithRule(task, Ruling.Ask)));
        await rig.OpenApprovalAsync(run);

        await rig.Signals.CancelAsync(run, "anna", CancellationToken.None);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Canceled, "A person canceled the run."), (result.Status, result.Reason));
        Assert.DoesNotContain("echo x >> done.txt", rig.Commands.Started);
    }

    [Fact]
    public async Task CanceledWhileACommandRuns_CommandIsEndedAndTheModelNotAskedAgain()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash(HostCommands.NeverEnds)));
        string run = await rig.SubmitAsync();
        await Until.TrueAsync(() => rig.Commands.Started.Contains(HostCommands.NeverEnds), "the command's start");

        await rig.Signals.CancelAsync(run, "anna", CancellationToken.None);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Canceled, "A person canceled the run.", 1), (result.Status, result.Reason, result.ToolCalls));
        Assert.Single(rig.Model.Requests);
    }

    [Fact]
    public async Task CanceledDuringTheVerification_CommandIsEndedAndNoVerdictCounts()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("echo yes > done.txt"), Says("done")));
        string run = await rig.SubmitAsync(rig.Task(task => task with
        {
            Success = [new SuccessCriterion("endless", HostCommands.NeverEnds), new SuccessCriterion("never", "touch ../never")],
        }));
        await Until.TrueAsync(() => rig.Commands.Started.Contains(HostCommands.NeverEnds), "the verification's start");

        await rig.Signals.CancelAsync(run, "anna", CancellationToken.None);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Canceled, "A person canceled the run."), (result.Status, result.Reason));
        Assert.Null(result.Verdict);
        Assert.Equal(["echo yes > done.txt", HostCommands.NeverEnds], rig.Commands.Started);
        Assert.Equal(2, rig.Model.Requests.Count);
        Assert.Contains("done.txt", File.ReadAllText(result.Patch!), StringComparison.Ordinal);
    }

    private static AgentTask WithFinalReview(AgentTask task) => task with { Checkpoints = new CheckpointRules { Final = FinalCheckpoint.Ask } };

    private static AgentTask WithRule(AgentTask task, Ruling ruling) =>
        task with { Checkpoints = task.Checkpoints with { Tools = [new ToolRule("bash", "echo x*", ruling)] } };
}
