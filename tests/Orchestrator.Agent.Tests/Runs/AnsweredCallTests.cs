using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>All that a person can answer to a call, and what the model is told of each.</summary>
public sealed class AnsweredCallTests
{
    private const string Asked = "echo x >> done.txt";
    private const string Edited = "echo y >> done.txt";

    [Fact]
    public async Task Edited_RunsWhatThePersonWroteOnceAndTheModelIsTold()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash(Asked), Says("done")));
        string run = await rig.SubmitAsync(WithAQuestion(rig));
        Approval first = await rig.OpenApprovalAsync(run);

        DecisionOutcome outcome = await rig.AnswerAsync(first, new Answer.Edit(EditedArguments.Of(first.Call!.Arguments, Edited), "y is better"));
        RunResult result = await rig.EndAsync(run);

        Approval? second = await rig.Approvals.FindAsync(first.Id + "r1", CancellationToken.None);
        Assert.Equal(new DecisionOutcome.Recorded(ApprovalState.Edited), outcome);
        Assert.Equal((ApprovalState.Approved, "ben", first.Id, "ben", Edited), (second!.State, second.DecidedBy, second.Replaces, second.Editor, second.Subject));
        Assert.NotEqual(first.Digest, second.Digest);
        Assert.Equal((RunStatus.Accepted, 1), (result.Status, result.ToolCalls));
        Assert.Single(rig.Commands.Started, Edited);
        Assert.DoesNotContain(Asked, rig.Commands.Started);
        Assert.Contains("[status: edited | a person changed this call before it ran]", rig.Observations[0], StringComparison.Ordinal);
        Assert.Contains("y is better", rig.Observations[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChangesRequested_AreTheCallsOutput()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash(Asked, "touch done.txt"), Says("done")));
        string run = await rig.SubmitAsync(WithAQuestion(rig));

        await rig.AnswerAsync(await rig.OpenApprovalAsync(run), new Answer.RequestChanges("Use touch."));
        await rig.EndAsync(run);

        Assert.Equal("[status: not_started | reason: changes_requested]\nA person wants this to be done otherwise. They say:\nUse touch.", rig.Observations[0]);
        Assert.DoesNotContain(Asked, rig.Commands.Started);
    }

    [Fact]
    public async Task AskedBack_StaysOpenAndTheModelIsNotAsked()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash(Asked), Says("done")));
        string run = await rig.SubmitAsync(WithAQuestion(rig));
        Approval approval = await rig.OpenApprovalAsync(run);

        DecisionOutcome outcome = await rig.AnswerAsync(approval, new Answer.Ask("What for?"));

        Assert.IsType<DecisionOutcome.Commented>(outcome);
        Assert.Equal("What for?", Assert.Single((await rig.OpenApprovalAsync(run)).Comments).Text);
        Assert.Single(rig.Model.Requests);
        await rig.DecideAsync(run, isApproval: true);
        await rig.EndAsync(run);
    }

    /// <summary>Each end of a question is told in its own words.</summary>
    [Fact]
    public async Task EndsOfQuestions_AreToldApart()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash(Asked), Bash(Asked), Bash(Asked), Bash("touch done.txt"), Says("done")));
        string run = await rig.SubmitAsync(WithAQuestion(rig));

        await rig.AnswerAsync(await rig.OpenApprovalAsync(run), new Answer.Deny("no"));
        await Until.TrueAsync(() => rig.Model.Requests.Count == 2, "the second question");
        await rig.AnswerAsync(await rig.OpenApprovalAsync(run), new Answer.RequestChanges("otherwise"));
        await Until.TrueAsync(() => rig.Model.Requests.Count == 3, "the third question");
        Approval third = await rig.OpenApprovalAsync(run);
        await rig.ChangeRowAsync("UPDATE approvals SET expires_at = opened_at WHERE run_id = $run AND id = $value", run, third.Id);
        await rig.ChangeRowAsync("INSERT INTO doorbells SELECT $value WHERE $run <> ''", run, third.Id);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Equal(
            ["approval_denied", "changes_requested", "approval_expired"],
            rig.Observations.Take(3).Select(told => told.Split('\n')[0]["[status: not_started | reason: ".Length..^1]));
        Assert.DoesNotContain("denied this call", rig.Observations[2], StringComparison.Ordinal);
        Assert.Equal(ApprovalState.Expired, (await rig.Approvals.FindAsync(third.Id, CancellationToken.None))!.State);
        Assert.DoesNotContain(Asked, rig.Commands.Started);
    }

    [Fact]
    public async Task FinalSentBackWithComments_ModelReadsFileAndLine()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("echo yes > done.txt"), Says("done"), Bash("echo no > done.txt"), Says("done")));
        string run = await rig.SubmitAsync(rig.Task(task => task with { Checkpoints = new CheckpointRules { Final = FinalCheckpoint.Ask } }));
        Approval first = await rig.OpenApprovalAsync(run);

        await rig.AnswerAsync(first, new Answer.RequestChanges("Nearly.") { Comments = [new ReviewComment("done.txt", 1, "Say no."), new ReviewComment("done.txt", null, "One line.")] });
        await Until.TrueAsync(() => rig.Model.Requests.Count == 4, "the model's answer to the review");
        string told = Assert.IsType<Agent.Models.PromptItem.UserMessage>(rig.Model.Requests[2].Prompt[^1]).Text;
        await rig.DecideAsync(run, isApproval: true);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal(["done.txt"], DiffHunks.FilesOf(first.Subject));
        Assert.Contains("asks for changes", told, StringComparison.Ordinal);
        Assert.Contains("Nearly.\n- done.txt:1: Say no.\n- done.txt: One line.\n", told, StringComparison.Ordinal);
        Assert.Equal(RunStatus.Accepted, result.Status);
    }

    private static AgentTask WithAQuestion(RunRig rig) =>
        rig.Task(task => task with { Checkpoints = task.Checkpoints with { Tools = [new ToolRule("bash", "echo ?*", Ruling.Ask)] } });
}
