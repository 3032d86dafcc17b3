using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>Several calls of one answer that are asked about: seen together, decided one by one.</summary>
public sealed class BatchedCallTests
{
    private static readonly string[] Asked = ["echo a >> done.txt", "echo b >> done.txt", "echo c >> done.txt"];

    [Fact]
    public async Task RowOfCalls_IsAskedTogetherAndEachAnswerHolds()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash([.. Asked, "ls"]), Says("done")));
        string run = await rig.SubmitAsync(WithQuestions(rig));
        Approval[] open = await AllAsync(rig, run, 3);

        await rig.AnswerAsync(open[2], new Answer.Approve());
        await rig.AnswerAsync(open[1], new Answer.Deny("not b"));
        Assert.Empty(rig.Commands.Started);   // none runs before those in front of it are answered
        await rig.AnswerAsync(open[0], new Answer.Approve());
        RunResult result = await rig.EndAsync(run);

        Assert.Equal(Asked, open.Select(approval => approval.Subject));
        Assert.Single(open.Select(approval => approval.Batch).Distinct(), $"{run}.t1c1");
        Assert.Equal([Asked[0], Asked[2], "ls"], rig.Commands.Started.Take(3));
        Assert.Equal((RunStatus.Accepted, 4), (result.Status, result.ToolCalls));
        Assert.Contains("not b", rig.Observations[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task CallBetweenQuestions_RunsBeforeTheNextIsAsked()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash(Asked[0], "ls", Asked[1]), Says("done")));
        string run = await rig.SubmitAsync(WithQuestions(rig));

        Approval first = Assert.Single(await AllAsync(rig, run, 1));
        await rig.AnswerAsync(first, new Answer.Approve());
        await Until.TrueAsync(() => rig.Commands.Started.Contains("ls"), "the call between them");
        await rig.DecideAsync(run, isApproval: true);
        await rig.EndAsync(run);

        Assert.Null(first.Batch);
        Assert.Equal([Asked[0], "ls", Asked[1]], rig.Commands.Started.Take(3));
    }

    [Fact]
    public async Task OneOfThemIsEdited_TheOthersStand()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash(Asked), Says("done")));
        string run = await rig.SubmitAsync(WithQuestions(rig));
        Approval[] open = await AllAsync(rig, run, 3);

        await rig.AnswerAsync(open[1], new Answer.Edit(EditedArguments.Of(open[1].Call!.Arguments, "echo B >> done.txt")));
        await rig.AnswerAsync(open[2], new Answer.Approve());
        await rig.AnswerAsync(open[0], new Answer.Approve());
        await rig.EndAsync(run);

        Assert.Equal([Asked[0], "echo B >> done.txt", Asked[2]], rig.Commands.Started.Take(3));
        Assert.Equal(ApprovalState.Approved, (await rig.Approvals.FindAsync(open[2].Id, CancellationToken.None))!.State);
    }

    [Fact]
    public async Task CanceledWhileTheyWait_AllAreWithdrawnAndNoneRuns()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash(Asked)));
        string run = await rig.SubmitAsync(WithQuestions(rig));
        Approval[] open = await AllAsync(rig, run, 3);
        await rig.AnswerAsync(open[1], new Answer.Approve());

        await rig.Signals.CancelAsync(run, "anna", CancellationToken.None);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal(RunStatus.Canceled, result.Status);
        Assert.Empty(rig.Commands.Started);
        Assert.Empty(await rig.Approvals.ListOpenAsync(run, CancellationToken.None));
    }

    private static async Task<Approval[]> AllAsync(RunRig rig, string run, int count)
    {
        IReadOnlyList<Approval> open = await Until.SetAsync(
            async () => await rig.Approvals.ListOpenAsync(run, CancellationToken.None) is { } list && list.Count == count ? list : null, $"{count} questions");
        return [.. open];
    }

    private static AgentTask WithQuestions(RunRig rig) =>
        rig.Task(task => task with { Checkpoints = task.Checkpoints with { Tools = [new ToolRule("bash", "echo ?*", Ruling.Ask)] } });
}
