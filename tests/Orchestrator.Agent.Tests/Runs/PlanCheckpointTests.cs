using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.People;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Runs.Forks;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>Runs whose plan a person looks at before anything is changed.</summary>
public sealed class PlanCheckpointTests
{
    private const string Plan = "1. Write done.txt.\n2. Say so.";

    [Fact]
    public async Task Approved_FilesMayBeChangedFromThereOnAndNotBefore()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("touch early.txt"), Says(Plan), Bash("touch done.txt"), Says("done")));
        string run = await rig.SubmitAsync(Planning(rig));

        Approval asked = await rig.DecideAsync(run, isApproval: true, "Mind the tests.");
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((CheckpointKind.Plan, $"{run}.plan2", Plan), (asked.Kind, asked.Id, asked.Subject));
        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.StartsWith("[status: not_started | reason: plan_not_approved]\n", rig.Observations[0], StringComparison.Ordinal);
        Assert.DoesNotContain("touch early.txt", rig.Commands.Started);
        Assert.DoesNotContain("early.txt", File.ReadAllText(result.Patch!), StringComparison.Ordinal);
        string told = Assert.IsType<PromptItem.UserMessage>(rig.Model.Requests[2].Prompt[^1]).Text;
        Assert.Contains($"This is the plan:\n\n{Plan}\n\nThey say:\n\nMind the tests.", told, StringComparison.Ordinal);
        Assert.Contains($"## Plan\n\nApproved by ben, behind turn 2.\n\n    1. Write done.txt.\n    2. Say so.\n", File.ReadAllText(result.Report!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ModelIsToldAtTheStart_OnlyWhereItIsAsked()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Says(Plan), Bash("touch done.txt"), Says("done"), Bash("touch done.txt"), Says("done")));
        string run = await rig.SubmitAsync(Planning(rig));
        await rig.DecideAsync(run, isApproval: true);
        await rig.EndAsync(run);
        await rig.RunAsync();

        Assert.Contains("# Plan first", Opening(rig.Model.Requests[0]), StringComparison.Ordinal);
        Assert.DoesNotContain("# Plan first", Opening(rig.Model.Requests[^1]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "asks for changes")]
    [InlineData(false, "did not approve it")]
    public async Task SentBack_ModelReadsItWordForWordAndPlansAgain(bool asksForChanges, string told)
    {
        const string Reason = "Not so:\n  leave \"src\" alone 🙂";
        await using RunRig rig = await RunRig.StartAsync(new(Says("Rewrite all."), Says(Plan), Bash("touch done.txt"), Says("done")));
        string run = await rig.SubmitAsync(Planning(rig));

        Approval first = await rig.OpenApprovalAsync(run);
        await rig.AnswerAsync(first, asksForChanges ? new Answer.RequestChanges(Reason) : new Answer.Deny(Reason));
        await Until.TrueAsync(() => rig.Model.Requests.Count == 2, "the next plan");
        Approval second = await rig.DecideAsync(run, isApproval: true);
        RunResult result = await rig.EndAsync(run);

        string message = Assert.IsType<PromptItem.UserMessage>(rig.Model.Requests[1].Prompt[^1]).Text;
        Assert.Contains(Reason, message, StringComparison.Ordinal);
        Assert.Contains(told, message, StringComparison.Ordinal);
        Assert.Equal((RunStatus.Accepted, Plan), (result.Status, second.Subject));
        Assert.NotEqual(first.Digest, second.Digest);
    }

    [Fact]
    public async Task Edited_IsThePlanThatTheModelReads()
    {
        const string Better = "1. Write done.txt.\n2. Leave the rest alone.";
        await using RunRig rig = await RunRig.StartAsync(new(Says(Plan), Bash("touch done.txt"), Says("done")));
        string run = await rig.SubmitAsync(Planning(rig));
        Approval first = await rig.OpenApprovalAsync(run);

        DecisionOutcome outcome = await rig.AnswerAsync(first, new Answer.Edit(Better, "less of it"));
        RunResult result = await rig.EndAsync(run);

        Approval second = (await rig.Approvals.FindAsync(first.Id + "r1", CancellationToken.None))!;
        Assert.Equal(new DecisionOutcome.Recorded(ApprovalState.Edited), outcome);
        Assert.Equal((ApprovalState.Approved, "ben", first.Id, Better), (second.State, second.DecidedBy, second.Replaces, second.Subject));
        string message = Assert.IsType<PromptItem.UserMessage>(rig.Model.Requests[1].Prompt[^1]).Text;
        Assert.Contains($"What stands here holds, not what you wrote. This is the plan:\n\n{Better}\n\nThey say:\n\nless of it", message, StringComparison.Ordinal);
        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Contains("    2. Leave the rest alone.\n", File.ReadAllText(result.Report!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("count: 2", "cleo")]
    [InlineData("notRequester: true", "cleo")]
    public async Task EditedWhereOnePersonIsNotEnough_OthersAreAskedAboutIt(string terms, string other)
    {
        await using RunRig rig = await RunRig.StartAsync(new(Says(Plan), Bash("touch done.txt"), Says("done")));
        rig.Govern($"checkpoints: {{ plan: {{ {terms} }} }}", "people: [{ name: ben }, { name: cleo }, { name: dora }]");
        string run = await rig.SubmitAsync(Planning(rig));

        await rig.AnswerAsync(await rig.OpenApprovalAsync(run), new Answer.Edit("Only this."));
        Approval second = await Until.SetAsync(async () => await rig.Approvals.FindAsync($"{run}.plan1r1", CancellationToken.None), "the edited plan's question");
        await rig.AnswerAsync(second, new Answer.Approve(), Decider.Local(other));
        await rig.AnswerAsync(second, new Answer.Approve(), Decider.Local("dora"));
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((ApprovalState.Open, "Only this.", "ben"), (second.State, second.Subject, second.Editor));
        Assert.Equal(RunStatus.Accepted, result.Status);
    }

    [Fact]
    public async Task AnswerWithoutAWord_IsNoPlanAndNobodyIsAsked()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Says(string.Empty), Says(Plan), Bash("touch done.txt"), Says("done")));
        string run = await rig.SubmitAsync(Planning(rig));

        Approval asked = await rig.DecideAsync(run, isApproval: true);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal(($"{run}.plan2", RunStatus.Accepted), (asked.Id, result.Status));
        Assert.Contains("so there is no plan", Assert.IsType<PromptItem.UserMessage>(rig.Model.Requests[1].Prompt[^1]).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlansThatNobodyApproves_EndTheRunAndNothingIsChanged()
    {
        await using RunRig rig = await RunRig.StartAsync(new([.. Enumerable.Repeat(Says(Plan), RunState.PlanLimit)]));
        string run = await rig.SubmitAsync(Planning(rig));

        for (int plan = 1; plan <= RunState.PlanLimit; plan++)
        {
            Approval asked = await Until.SetAsync(async () => await rig.Approvals.FindAsync($"{run}.plan{plan}", CancellationToken.None), "the plan's question");
            await rig.AnswerAsync(asked, new Answer.Deny("no"));
        }

        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Rejected, "10 plans were not approved."), (result.Status, result.Reason));
        Assert.Empty(File.ReadAllText(result.Patch!));
    }

    [Fact]
    public async Task CanceledWhileThePlanIsAskedAbout_Ends()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Says(Plan)));
        string run = await rig.SubmitAsync(Planning(rig));
        Approval asked = await rig.OpenApprovalAsync(run);

        await rig.Signals.CancelAsync(run, "anna", CancellationToken.None);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal(RunStatus.Canceled, result.Status);
        Assert.Equal(ApprovalState.Withdrawn, (await rig.Approvals.FindAsync(asked.Id, CancellationToken.None))!.State);
    }

    [Fact]
    public async Task RestartWhileThePlanIsAskedAbout_NothingIsAskedTwice()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Says(Plan), Bash("touch done.txt"), Says("done")));
        string run = await rig.SubmitAsync(Planning(rig));
        await rig.OpenApprovalAsync(run);

        await rig.RestartAsync();
        await rig.DecideAsync(run, isApproval: true);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Accepted, 3), (result.Status, rig.Model.Requests.Count));
    }

    /// <summary>What the model wrote is replaced by the summary; what was approved stays, byte for byte.</summary>
    [Fact]
    public async Task ConversationThatIsCompacted_KeepsTheApprovedPlan()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Says(Plan), Bash("seq 1 3000"), Counted(5_000, Bash("echo newest")), Says(Handover), Bash("touch done.txt"), Says("done")));
        string run = await rig.SubmitAsync(Planning(rig) with { Compaction = new CompactionTerms { At = 4_000 } });

        await rig.DecideAsync(run, isApproval: true);
        await rig.EndAsync(run);

        string[] before = [.. rig.Model.Requests[1].Prompt.OfType<PromptItem.UserMessage>().Select(message => message.Text)];
        Assert.NotEmpty(await rig.Compactions.ListAsync(run, CancellationToken.None));
        Assert.Contains(Plan, before[^1], StringComparison.Ordinal);
        Assert.Contains(before[^1], rig.Model.Requests[^1].Prompt.OfType<PromptItem.UserMessage>().Select(message => message.Text));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    public async Task Fork_PlansAgainOnlyIfItBeginsBeforeThePlan(int turn, bool plans)
    {
        await using RunRig rig = await RunRig.StartAsync(new(Says(Plan), Bash("touch done.txt"), Says("done"), Says(Plan), Bash("touch done.txt"), Says("done")));
        string run = await rig.SubmitAsync(Planning(rig));
        await rig.DecideAsync(run, isApproval: true);
        await rig.EndAsync(run);

        Fork fork = await rig.Service<RunForks>().ForkAsync(new ForkRequest(run, turn, null, null), SubmissionKey.Of(AdmittedTask.LocalTenant, "anna", key: null, run), CancellationToken.None);
        RunState begins = await rig.Service<RunBeginning>().OfAsync(fork.RunId, CancellationToken.None);

        Assert.Equal(plans, begins.NeedsPlan);
    }

    /// <summary>Its conversation ends with a plan that nobody had approved then, whatever became of it in the run it comes from.</summary>
    [Fact]
    public async Task ForkedWhileItsPlanWasAsked_PlansAgain()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Says(Plan), Bash("touch done.txt"), Says("done"), Says(Plan)));
        string run = await rig.SubmitAsync(Planning(rig));
        await rig.OpenApprovalAsync(run);
        Fork fork = await rig.Service<RunForks>().ForkAsync(new ForkRequest(run, 1, null, null), SubmissionKey.Of(AdmittedTask.LocalTenant, "anna", key: null, run), CancellationToken.None);

        await rig.DecideAsync(run, isApproval: true);
        await rig.EndAsync(run);

        Assert.True((await rig.Service<RunBeginning>().OfAsync(fork.RunId, CancellationToken.None)).NeedsPlan);
    }

    private static AgentTask Planning(RunRig rig) => rig.Task(task => task with { Checkpoints = task.Checkpoints with { Plan = PlanCheckpoint.Ask } });

    private static string Opening(ModelRequest request) => request.Prompt.OfType<PromptItem.UserMessage>().First().Text;
}
