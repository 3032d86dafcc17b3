using Orchestrator.Agent.Models;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Turns;

namespace Orchestrator.Storage.Tests;

public sealed class SubAgentRowsTests
{
    private const string First = "r1-1-1-1";
    private const string Second = "r1-1-1-2";

    [Fact]
    public async Task AddedTwice_AreThereOnceInTheirOrderAndToldOnce()
    {
        await using StorageRig rig = await StartAsync();

        await AddAsync(rig);

        Assert.Equal([First, Second], (await rig.Runs.ListSubAgentsAsync(StorageRig.Run, effect: null, CancellationToken.None)).Select(agent => agent.RunId));
        Assert.Empty(await rig.Runs.ListSubAgentsAsync(StorageRig.Run, "000001-002-0", CancellationToken.None));
        Assert.Equal([StorageRig.Run], (await rig.Runs.ListAsync(CancellationToken.None)).Select(run => run.RunId));
        Assert.Single(await rig.EventsAsync(), text => text.Contains(Second, StringComparison.Ordinal));
        Assert.Equal(StorageRig.Run, (await rig.Tasks.GetAsync(First, CancellationToken.None)).Parent?.RunId);
    }

    /// <summary>Nobody but the run that they work for starts them, and who is to bury them must know whether that one is over.</summary>
    [Fact]
    public async Task Unfinished_AreScheduledAndKnowWhetherTheirRunIsOver()
    {
        await using StorageRig rig = await StartAsync();

        IReadOnlyList<UnfinishedRun> before = await rig.Runs.ListUnfinishedAsync(CancellationToken.None);
        await FinishAsync(rig, StorageRig.Run);
        IReadOnlyList<UnfinishedRun> after = await rig.Runs.ListUnfinishedAsync(CancellationToken.None);

        Assert.Equal([new(StorageRig.Run, false, 0, null, null), new(First, true, 0, null, false), new(Second, true, 0, null, false)], before);
        Assert.Equal([new(First, true, 0, null, true), new(Second, true, 0, null, true)], after);
    }

    [Fact]
    public async Task WhatASubAgentSpends_TheRunHasSpent()
    {
        await using StorageRig rig = await StartAsync();

        await ReplyAsync(rig, First, new TokenUsage(100, 10, 20), 1.5m);
        await ReplyAsync(rig, StorageRig.Run, new TokenUsage(7, 0, 3), 0.25m);

        RunSummary run = (await rig.Runs.FindAsync(StorageRig.Run, CancellationToken.None))!;
        RunSummary agent = (await rig.Runs.FindAsync(First, CancellationToken.None))!;
        Assert.Equal((1.75m, new TokenUsage(107, 10, 23), 1), (run.CostUsd, run.Usage, run.Turns));
        Assert.Equal((1.5m, new TokenUsage(100, 10, 20), 1), (agent.CostUsd, agent.Usage, agent.Turns));
        Assert.Equal(0m, (await rig.Runs.FindAsync(Second, CancellationToken.None))!.CostUsd);
    }

    [Fact]
    public async Task CanceledRun_CancelsThemAndACanceledOneNobodyElse()
    {
        await using StorageRig rig = await StartAsync();

        await rig.Signals.CancelAsync(First, "ben", CancellationToken.None);
        bool[] canceled = [await IsCanceledAsync(First), await IsCanceledAsync(Second), await IsCanceledAsync(StorageRig.Run)];
        await rig.Signals.CancelAsync(StorageRig.Run, "ben", CancellationToken.None);

        Assert.Equal([true, false, false], canceled);
        Assert.True(await IsCanceledAsync(Second));
        Assert.Equal([StorageRig.Run, First, Second], (await rig.Approvals.ListDoorbellsAsync(CancellationToken.None)).Order());

        Task<bool> IsCanceledAsync(string run) => rig.Signals.IsCanceledAsync(run, CancellationToken.None);
    }

    [Fact]
    public async Task EndOfOne_IsToldInTheRun()
    {
        await using StorageRig rig = await StartAsync();

        await FinishAsync(rig, Second);
        await FinishAsync(rig, Second);

        StoredRunEvent told = Assert.Single(
            await rig.Runs.ReadEventsAsync(StorageRig.Run, 0, CancellationToken.None), happened => happened.Event.Kind == RunEventKind.SubAgentEnded);
        Assert.Equal((1, $"name of {Second} ({Second}): over"), (told.Event.Turn, told.Event.Text));
    }

    private static async Task<StorageRig> StartAsync()
    {
        StorageRig rig = await StorageRig.StartAsync();
        await AddAsync(rig);
        return rig;
    }

    private static Task AddAsync(StorageRig rig) => rig.Tasks.AddSubAgentsAsync(
        [.. new[] { First, Second }.Select(run => StorageRig.Task(run) with { Parent = new SubAgentOf(StorageRig.Run, 1, "000001-001-0") })],
        CancellationToken.None);

    private static async Task ReplyAsync(StorageRig rig, string run, TokenUsage usage, decimal usd)
    {
        await rig.Replies.BeginAttemptAsync(run, 1, new RequestTerms(1_000, null), CancellationToken.None);
        var reply = new CommittedReply
        {
            RunId = run,
            Turn = 1,
            ResponseId = "one",
            Model = "gpt-5.5",
            Text = "done",
            Calls = [],
            End = ReplyEnd.Completed,
            Usage = usage,
            CostUsd = usd,
            Attempts = 1,
            Elapsed = TimeSpan.Zero,
        };
        await rig.Replies.CommitAsync(reply, [], [], CancellationToken.None);
    }

    private static Task<RunResult?> FinishAsync(StorageRig rig, string run) => rig.Runs.FinishAsync(
        run,
        reopenings: 0,
        new RunResult { Status = RunStatus.Accepted, Turns = 1, ToolCalls = 0, Usage = new TokenUsage(0, 0, 0), CostUsd = 0 },
        resumesFrom: null,
        new RunEvent(RunEventKind.Finished, 1, "over"),
        CancellationToken.None);
}
