using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tests.Runs;
using Orchestrator.Agent.Timeline;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Compactions;

/// <summary>Whole runs whose conversation becomes too long.</summary>
public sealed class CompactedRunTests
{
    private const string Long = "seq 1 3000";

    [Fact]
    public async Task ConversationAboveTheLimit_IsSummarisedBeforeTheNextTurn()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Bash(Long), Counted(5_000, Bash("echo newest")), Says(Handover), Bash("touch done.txt"), Says("Done."))
        { Price = 10 });

        string run = await rig.SubmitAsync(Task(rig));
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Accepted, 4), (result.Status, result.Turns));
        ModelRequest question = rig.Model.Requests[2];
        Assert.True(question.AsksForSummary());
        Assert.Equal(rig.Model.Requests[1].Tools, question.Tools);
        Compaction compaction = Assert.Single(await rig.Compactions.ListAsync(run, CancellationToken.None));
        Assert.Equal((1, 2, CompactionState.Active, 1), (compaction.Number, compaction.Turn, compaction.State, compaction.Attempts));
        Assert.Equal((1, 2), (compaction.Replacement!.Through, compaction.Replacement.Entries));
        IReadOnlyList<PromptItem> next = rig.Model.Requests[3].Prompt;
        Assert.Equal(rig.Model.Requests[1].Prompt.Take(2), next.Take(2));
        Assert.Equal(compaction.Replacement.Pinned, Text(next[2]));
        Assert.EndsWith(Handover, Text(next[3]), StringComparison.Ordinal);
        Assert.Equal(6, next.Count);
        Assert.Contains("newest", Assert.IsType<PromptItem.CallOutput>(next[5]).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SummarysCost_IsTheRunsAndItsOwn()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Bash(Long), Counted(5_000, Bash("echo newest")), Says(Handover), Bash("touch done.txt"), Says("Done."))
        { Price = 10 });

        string run = await rig.SubmitAsync(Task(rig));
        RunResult result = await rig.EndAsync(run);

        Compaction compaction = Assert.Single(await rig.Compactions.ListAsync(run, CancellationToken.None));
        Assert.Equal((0.01m, 0.05m), (compaction.CostUsd, result.CostUsd));
        Assert.Contains("| of it compactions | 1, $0.0100 |", File.ReadAllText(result.Report!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BudgetPaysForNoSummary_AsksForARaiseFirst()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Bash(Long), Counted(5_000, Bash("echo newest")), Says(Handover), Bash("touch done.txt"), Says("Done."))
        { Price = 1000 });

        string run = await rig.SubmitAsync(Task(rig) with { Budget = new BudgetTerms { Usd = 2.5m } });
        Approval asked = await rig.DecideAsync(run, isApproval: true);

        Assert.Equal((CheckpointKind.Budget, 2), (asked.Kind, rig.Model.Requests.Count));
        Assert.Equal(RunStatus.Accepted, (await rig.EndAsync(run)).Status);
        Assert.Equal(CompactionState.Active, Assert.Single(await rig.Compactions.ListAsync(run, CancellationToken.None)).State);
    }

    [Theory]
    [InlineData(true, RunStatus.Accepted)]
    [InlineData(false, RunStatus.LimitReached)]
    public async Task FreesTooLittleTwiceInARow_AsksAPerson(bool goesOn, RunStatus end)
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Counted(5_000, Bash("echo one")), Counted(5_500, Bash("echo two")), Counted(8_000, Bash("touch done.txt")), Says("Done.")));

        string run = await rig.SubmitAsync(Task(rig));
        Approval asked = await rig.DecideAsync(run, goesOn);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((CheckpointKind.Compaction, end), (asked.Kind, result.Status));
        Assert.Contains("of no use", asked.Subject, StringComparison.Ordinal);
        IReadOnlyList<Compaction> tried = await rig.Compactions.ListAsync(run, CancellationToken.None);
        Assert.Equal([(1, 1, true), (2, 3, true)], tried.Select(one => (one.Number, one.Turn, one.IsFutile)));
        Assert.DoesNotContain(rig.Model.Requests, request => request.AsksForSummary());
    }

    [Fact]
    public async Task SummaryAsLongAsWhatItReplaces_IsNotUsed()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Bash(Long), Counted(5_000, Bash("echo newest")), Says(Handover + new string('x', 20_000)), Bash("touch done.txt"), Says("Done.")));

        string run = await rig.SubmitAsync(Task(rig));
        RunResult result = await rig.EndAsync(run);

        Compaction tried = Assert.Single(await rig.Compactions.ListAsync(run, CancellationToken.None));
        Assert.Equal((RunStatus.Accepted, CompactionState.Failed), (result.Status, tried.State));
        Assert.Contains("less than 30 %", tried.Failure, StringComparison.Ordinal);
        Assert.True(tried.Usage.OutputTokens > 0);
    }

    [Fact]
    public async Task SummaryWithCalls_RunsNone()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Bash(Long), Counted(5_000, Bash("echo newest")), Bash("touch never.txt"), Bash("touch done.txt"), Says("Done.")));

        string run = await rig.SubmitAsync(Task(rig));
        await rig.EndAsync(run);

        Assert.DoesNotContain("touch never.txt", rig.Commands.Started);
        Assert.Contains("called tools instead of writing a summary", Assert.Single(await rig.Compactions.ListAsync(run, CancellationToken.None)).Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SummaryWithoutAHeading_IsNotUsed()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Bash(Long), Counted(5_000, Bash("echo newest")), Says("I did this and that."), Bash("touch done.txt"), Says("Done.")));

        string run = await rig.SubmitAsync(Task(rig));
        await rig.EndAsync(run);

        Assert.Contains(
            "no summary: '## Done so far' is missing", Assert.Single(await rig.Compactions.ListAsync(run, CancellationToken.None)).Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProviderDoesNotAnswer_TurnGoesOnAndItIsTriedAgain()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Bash(Long),
            Counted(5_000, Bash("echo newest")),
            Fails(ProviderFailure.Overloaded, "It is down."),
            Counted(5_100, Bash("touch done.txt")),
            Says(Handover),
            Says("Done.")));

        string run = await rig.SubmitAsync(Task(rig));
        RunResult result = await rig.EndAsync(run);

        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Equal(
            [CompactionState.Failed, CompactionState.Active],
            (await rig.Compactions.ListAsync(run, CancellationToken.None)).Select(one => one.State));
    }

    [Fact]
    public async Task Undone_NextTurnSeesTheFullTranscriptAgain()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Bash(Long), Counted(5_000, Bash("echo newest")), Says(Handover), Bash("git push"), Bash("touch done.txt"), Says("Done.")));

        string run = await rig.SubmitAsync(Asking(rig));
        await rig.OpenApprovalAsync(run);
        string? refusal = await rig.UndoAsync(run, 1);
        await rig.DecideAsync(run, isApproval: false, "Not now.");
        RunResult result = await rig.EndAsync(run);

        Assert.Null(refusal);
        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Equal(rig.Model.Requests[1].Prompt.Select(item => item.ToString()), rig.Model.Requests[4].Prompt.Take(4).Select(item => item.ToString()));
        Assert.Contains("is not in use: it was undone before", await rig.UndoAsync(run, 1), StringComparison.Ordinal);
    }

    /// <summary>The second is due after the turn that waits; what it would be made from is undone before.</summary>
    [Fact]
    public async Task UndoneWhileTheNextIsDue_ThatOneIsNotMade()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Bash(Long), Counted(5_000, Bash("echo newest")), Says(Handover), Counted(4_500, Bash("git push")), Bash("touch done.txt"), Says("Done.")));

        string run = await rig.SubmitAsync(Asking(rig));
        await rig.OpenApprovalAsync(run);
        string? refusal = await rig.UndoAsync(run, 1);
        await rig.DecideAsync(run, isApproval: false, "Not now.");
        RunResult result = await rig.EndAsync(run);

        Compaction only = Assert.Single(await rig.Compactions.ListAsync(run, CancellationToken.None));
        Assert.Equal((null, RunStatus.Accepted, CompactionState.Undone), (refusal, result.Status, only.State));
        Assert.InRange(only.TokensUndone!.Value, 5_000, 6_000);
        Assert.Equal(1, rig.Model.Requests.Count(request => request.AsksForSummary()));
        Assert.Equal(rig.Model.Requests[1].Prompt.Select(item => item.ToString()), rig.Model.Requests[4].Prompt.Take(4).Select(item => item.ToString()));
    }

    [Fact]
    public async Task TwoInUse_AreUndoneFromTheNewest()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Bash(Long),
            Counted(5_000, Bash(Long)),
            Says(Handover),
            Counted(5_000, Bash("echo newest")),
            Says(Handover),
            Bash("git push"),
            Bash("git push again"),
            Bash("touch done.txt"),
            Says("Done.")));

        string run = await rig.SubmitAsync(Asking(rig));
        await rig.OpenApprovalAsync(run);
        string? first = await rig.UndoAsync(run, 1);
        string? second = await rig.UndoAsync(run, 2);
        await rig.DecideAsync(run, isApproval: false, "Not now.");
        await rig.OpenApprovalAsync(run);
        string? firstAgain = await rig.UndoAsync(run, 1);
        await rig.DecideAsync(run, isApproval: false, "Not now.");
        Assert.Equal(RunStatus.Accepted, (await rig.EndAsync(run)).Status);

        Assert.Equal($"Compaction 2 of run {run} was made from compaction 1; undo 2 first.", first);
        Assert.Equal((null, null), (second, firstAgain));
        string[][] shown = [.. rig.Model.Requests.Select(request => request.Prompt.Select(item => item.ToString()!).ToArray())];
        Assert.Equal(shown[3], shown[6].Take(shown[3].Length));
        Assert.Equal(shown[1], shown[7].Take(shown[1].Length));
    }

    [Fact]
    public async Task UndoOfAnEndedRun_IsRefused()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Bash(Long), Counted(5_000, Bash("echo newest")), Says(Handover), Bash("touch done.txt"), Says("Done.")));

        string run = await rig.SubmitAsync(Task(rig));
        await rig.EndAsync(run);

        Assert.Equal($"Run {run} is over, so it has no next turn.", await rig.UndoAsync(run, 1));
        Assert.Equal($"Run {run} has no compaction 7.", await rig.UndoAsync(run, 7));
    }

    [Fact]
    public async Task UndoThatTheWindowCannotHold_IsRefused()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Bash(Long), Counted(90_000, Bash("echo newest")), Says(Handover), Bash("git push"), Bash("touch done.txt"), Says("Done.")));

        string run = await rig.SubmitAsync(Asking(rig));
        await rig.OpenApprovalAsync(run);

        Assert.Contains("doesn't fit into the model's window", await rig.UndoAsync(run, 1), StringComparison.Ordinal);
        await rig.DecideAsync(run, isApproval: false, "Not now.");
        await rig.EndAsync(run);
    }

    [Fact]
    public async Task TaskSaysNothing_ThreeQuartersOfTheWindowAreTheLimit()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Bash(Long), Counted(75_000, Bash("echo at")), Counted(75_001, Bash("echo above")), Says(Handover), Bash("touch done.txt"), Says("Done.")));

        string run = await rig.SubmitAsync(rig.Task());
        await rig.EndAsync(run);

        Assert.Equal(3, Assert.Single(await rig.Compactions.ListAsync(run, CancellationToken.None)).Turn);
    }

    private static AgentTask Task(RunRig rig) => rig.Task(task => task with { Compaction = new CompactionTerms { At = 4_000 } });

    /// <summary>A person is asked before each push.</summary>
    private static AgentTask Asking(RunRig rig) =>
        Task(rig) with { Checkpoints = new CheckpointRules { Final = FinalCheckpoint.Auto, Tools = [new ToolRule("bash", "git push*", Ruling.Ask)] } };

    private static string Text(PromptItem item) => Assert.IsType<PromptItem.UserMessage>(item).Text;
}
