using System.Text.Json;
using Orchestrator.Agent;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Verification;

namespace Orchestrator.Storage.Tests;

public sealed class RunRowsTests
{
    [Fact]
    public async Task Task_IsReadBackWhole()
    {
        await using StorageRig rig = await StorageRig.StartAsync();

        AdmittedTask task = await rig.Tasks.GetAsync(StorageRig.Run, CancellationToken.None);

        Assert.Equal(Json(StorageRig.Task(StorageRig.Run)), Json(task));
    }

    [Fact]
    public async Task AddedTwice_IsOneRun()
    {
        await using StorageRig rig = await StorageRig.StartAsync();

        await rig.Tasks.AddAsync(StorageRig.Task(StorageRig.Run) with { Requester = "carl" }, CancellationToken.None);

        Assert.Equal("anna", Assert.Single(await rig.Runs.ListAsync(CancellationToken.None)).Requester);
        Assert.Single(await rig.EventsAsync());
    }

    [Fact]
    public async Task UnknownRun_IsNotFound()
    {
        await using StorageRig rig = await StorageRig.StartAsync();

        Assert.Null(await rig.Runs.FindAsync("nobody", CancellationToken.None));
        await Assert.ThrowsAsync<KeyNotFoundException>(() => rig.Tasks.GetAsync("nobody", CancellationToken.None));
        Assert.False(await rig.Signals.CancelAsync("nobody", "anna", CancellationToken.None));
    }

    [Fact]
    public async Task Runs_AreListedNewestFirstAndUnfinishedOldestFirst()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.AddRunAsync("z");
        await rig.AddRunAsync("a");
        await rig.Runs.SetScheduledAsync("z", reopenings: 0, CancellationToken.None);

        IReadOnlyList<RunSummary> all = await rig.Runs.ListAsync(CancellationToken.None);
        IReadOnlyList<UnfinishedRun> unfinished = await rig.Runs.ListUnfinishedAsync(CancellationToken.None);

        Assert.Equal(["a", "z", StorageRig.Run], all.Select(run => run.RunId));
        Assert.Equal([new(StorageRig.Run, false, 0, null, null), new("z", true, 0, null, null), new("a", false, 0, null, null)], unfinished);
    }

    [Fact]
    public async Task Finished_FirstResultWinsAndQuestionsAreClosed()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Approvals.OpenAsync(StorageRig.Approval("a"), CancellationToken.None);
        rig.Time.Advance(TimeSpan.FromMinutes(5));

        RunResult? first = await rig.FinishAsync(RunStatus.Accepted);
        RunResult? second = await rig.FinishAsync(RunStatus.Failed);

        RunSummary summary = await rig.SummaryAsync();
        Assert.Equal((RunStatus.Accepted, RunStatus.Accepted, RunStatus.Accepted), (first!.Status, second!.Status, summary.Status));
        Assert.Equal(TimeSpan.FromMinutes(5), summary.EndedAt - summary.SubmittedAt);
        Assert.Equal(ApprovalState.Withdrawn, (await rig.Approvals.FindAsync("a", CancellationToken.None))!.State);
        Assert.Empty(await rig.Approvals.ListDoorbellsAsync(CancellationToken.None));
        Assert.Empty(await rig.Runs.ListUnfinishedAsync(CancellationToken.None));
        Assert.False(await rig.Signals.CancelAsync(StorageRig.Run, "anna", CancellationToken.None));
    }

    [Fact]
    public async Task Reopened_GoesOnAndALateEndOfTheTimeBeforeIsNone()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        var state = new RunState
        {
            RunId = StorageRig.Run,
            Model = "m",
            Final = FinalCheckpoint.Auto,
            Budget = Budget.Of(new BudgetTerms(), isPriced: false),
            Reopenings = 1,
        };
        await rig.FinishAsync(RunStatus.Failed, resumesFrom: state);

        await rig.Runs.ReopenAsync(StorageRig.Run, "anna", CancellationToken.None);
        await rig.Runs.ReopenAsync(StorageRig.Run, "ben", CancellationToken.None);
        RunResult? late = await rig.FinishAsync(RunStatus.Failed);
        await rig.Runs.SetScheduledAsync(StorageRig.Run, reopenings: 0, CancellationToken.None);
        UnfinishedRun open = Assert.Single(await rig.Runs.ListUnfinishedAsync(CancellationToken.None));
        RunResult? end = await rig.FinishAsync(RunStatus.Accepted, reopenings: 1);

        Assert.Equal((null, RunStatus.Accepted), (late, end?.Status));
        Assert.Equal(new UnfinishedRun(StorageRig.Run, IsScheduled: false, 1, state, null), open);
        Assert.Single(await rig.EventsAsync(), text => text.StartsWith("by ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task EndForGood_IsNotReopened()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.FinishAsync(RunStatus.Failed);

        await rig.Runs.ReopenAsync(StorageRig.Run, "anna", CancellationToken.None);

        Assert.Equal(RunStatus.Failed, (await rig.SummaryAsync()).Status);
    }

    [Fact]
    public async Task Events_AreNumberedWithoutGapsAndReadFromAPlace()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await using StorageRig other = await rig.OpenAnotherAsync();
        await Task.WhenAll(Enumerable.Range(0, 30).Select(number => (number % 2 == 0 ? rig : other).Transcripts.AppendAsync(
            StorageRig.Run, $"{number}", [], StorageRig.Event($"{number}"), CancellationToken.None)));

        IReadOnlyList<StoredRunEvent> events = await rig.Runs.ReadEventsAsync(StorageRig.Run, 0, CancellationToken.None);

        Assert.Equal(Enumerable.Range(1, 31).Select(number => (long)number), events.Select(stored => stored.Sequence));
        Assert.Equal([31L], (await rig.Runs.ReadEventsAsync(StorageRig.Run, 30, CancellationToken.None)).Select(stored => stored.Sequence));
    }

    [Fact]
    public async Task LongEvent_IsBounded()
    {
        await using StorageRig rig = await StorageRig.StartAsync();

        await rig.Transcripts.AppendAsync(StorageRig.Run, "k", [], StorageRig.Event(new string('x', 10_000)), CancellationToken.None);

        Assert.Equal(501, Assert.Single(await rig.EventsAsync(after: 1)).Length);
    }

    [Fact]
    public async Task Cancel_IsSeenByAnotherProcess()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await using StorageRig other = await rig.OpenAnotherAsync();
        bool before = await other.Signals.IsCanceledAsync(StorageRig.Run, CancellationToken.None);

        await rig.Signals.CancelAsync(StorageRig.Run, "anna", CancellationToken.None);

        Assert.Equal((false, true), (before, await other.Signals.IsCanceledAsync(StorageRig.Run, CancellationToken.None)));
    }

    [Fact]
    public async Task Verdict_FirstOfATurnStaysWithWhatWasTold()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        var verdict = new Verdict { Accepted = false, Checks = [new Check("tests", 2)], OutOfScope = ["ü"], Tree = "t", Elapsed = TimeSpan.FromSeconds(2) };
        await rig.Verdicts.SaveAsync(
            StorageRig.Run, 3, verdict, Agent.Transcripts.TranscriptEntry.User(3, "findings"), StorageRig.Event("no"), CancellationToken.None);

        await rig.Verdicts.SaveAsync(StorageRig.Run, 3, verdict with { Accepted = true }, null, StorageRig.Event("yes"), CancellationToken.None);

        Verdict? found = await rig.Verdicts.FindAsync(StorageRig.Run, 3, CancellationToken.None);
        Assert.Equal(JsonSerializer.Serialize(verdict, AgentJson.Default.Verdict), JsonSerializer.Serialize(found!, AgentJson.Default.Verdict));
        Assert.Null(await rig.Verdicts.FindAsync(StorageRig.Run, 4, CancellationToken.None));
        Assert.Single(await rig.Transcripts.ReadAsync(StorageRig.Run, CancellationToken.None));
        Assert.Equal(["no"], await rig.EventsAsync(after: 1));
    }

    /// <summary>Of what a person left parts out of, the evidence is that of the rest; whoever comes late with the one before changes nothing.</summary>
    [Fact]
    public async Task VerdictOfAHigherRevision_TakesThePlaceOfTheOneBefore()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        var whole = new Verdict { Accepted = true, Checks = [new Check("tests", 0)], Tree = "whole" };
        Verdict rest = whole with { Tree = "rest", Revision = 1 };

        await rig.Verdicts.SaveAsync(StorageRig.Run, 3, whole, null, StorageRig.Event("whole"), CancellationToken.None);
        await rig.Verdicts.SaveAsync(StorageRig.Run, 3, rest, Agent.Transcripts.TranscriptEntry.User(3, "rest"), StorageRig.Event("rest"), CancellationToken.None);
        await rig.Verdicts.SaveAsync(StorageRig.Run, 3, whole, null, StorageRig.Event("late"), CancellationToken.None);

        Assert.Equal(("rest", 1), ((await rig.Verdicts.FindAsync(StorageRig.Run, 3, CancellationToken.None))!.Tree, (await rig.Transcripts.ReadAsync(StorageRig.Run, CancellationToken.None)).Count));
        Assert.Equal(["whole", "rest"], await rig.EventsAsync(after: 1));
    }

    private static string Json(AdmittedTask task) => JsonSerializer.Serialize(task, AgentJson.Default.AdmittedTask);
}
