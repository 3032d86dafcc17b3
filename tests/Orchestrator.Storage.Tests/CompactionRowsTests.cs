using System.Text;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Storage.Tests;

public sealed class CompactionRowsTests
{
    private static readonly RunEvent Happened = new(RunEventKind.Compacted, 4, "compacted");

    [Theory]
    [InlineData(10)]
    [InlineData(200_000)]
    public async Task Committed_IsFoundWholeAndPaidOnce(int length)
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Compactions.BeginAttemptAsync(Begun(1), 16_384, CancellationToken.None);
        await rig.Compactions.BeginAttemptAsync(Begun(1), 16_384, CancellationToken.None);

        Compaction first = await rig.Compactions.CommitAsync(Active(1, new string('x', length)), Happened, CancellationToken.None);
        Compaction second = await rig.Compactions.CommitAsync(Active(1, "another"), Happened, CancellationToken.None);

        Assert.Equal(new string('x', length), Encoding.UTF8.GetString(second.Replacement!.Summary.Body.Span));
        Assert.Equal(("pinned ü", 3, 7, 2), (first.Replacement!.Pinned, first.Replacement.Through, first.Replacement.Entries, first.Attempts));
        Assert.Equal(first with { Replacement = null }, Active(1, "") with { Replacement = null, Attempts = 2, MaxOutputTokens = 16_384 });
        RunSummary run = await rig.SummaryAsync();
        Assert.Equal((0, new TokenUsage(900, 800, 70), 0.25m), (run.Turns, run.Usage, run.CostUsd));
    }

    [Fact]
    public async Task AttemptRepeated_AsksForAnAnswerAsLongAsTheFirst()
    {
        await using StorageRig rig = await StorageRig.StartAsync();

        int? first = await rig.Compactions.BeginAttemptAsync(Begun(1), 1_500, CancellationToken.None);
        int? second = await rig.Compactions.BeginAttemptAsync(Begun(1), 16_384, CancellationToken.None);

        Assert.Equal((1_500, 1_500), (first, second));
    }

    [Fact]
    public async Task LostSummaries_AreCountedBesideItsOwn()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Compactions.BeginAttemptAsync(Begun(1), 1_500, CancellationToken.None);

        Compaction kept = await rig.Compactions.CommitAsync(Active(1, "one") with { Lost = new LostAttempts(2, 0.5m) }, Happened, CancellationToken.None);

        Assert.Equal((0.25m, 0.75m, 1_500), (kept.CostUsd, kept.TotalUsd, kept.MaxOutputTokens));
        RunSummary run = await rig.SummaryAsync();
        Assert.Equal((0.75m, new LostAttempts(2, 0.5m)), (run.CostUsd, run.Lost));
    }

    [Fact]
    public async Task NewestUndone_TheOneBeforeIsInUseAgain()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Compactions.CommitAsync(Active(1, "one"), Happened, CancellationToken.None);
        await rig.Compactions.CommitAsync(Active(2, "two"), Happened, CancellationToken.None);

        bool older = await rig.Compactions.UndoAsync(StorageRig.Run, 1, tokens: 2_000, Happened, "anna", CancellationToken.None);
        bool newest = await rig.Compactions.UndoAsync(StorageRig.Run, 2, tokens: 2_000, Happened, "anna", CancellationToken.None);

        Assert.Equal((false, true), (older, newest));
        Assert.Equal(1, (await rig.Compactions.FindNewestAsync(StorageRig.Run, CompactionState.Active, CancellationToken.None))!.Number);
        Assert.Equal([CompactionState.Active, CompactionState.Undone], (await rig.Compactions.ListAsync(StorageRig.Run, CancellationToken.None)).Select(one => one.State));
    }

    [Fact]
    public async Task AnotherIsBeingMade_NothingIsUndone()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Compactions.CommitAsync(Active(1, "one"), Happened, CancellationToken.None);
        await rig.Compactions.BeginAttemptAsync(Begun(2), 16_384, CancellationToken.None);

        Assert.False(await rig.Compactions.UndoAsync(StorageRig.Run, 1, tokens: 2_000, Happened, "anna", CancellationToken.None));
    }

    [Fact]
    public async Task WhatItWouldBeMadeFromIsUndone_IsNotBegun()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Compactions.CommitAsync(Active(1, "one"), Happened, CancellationToken.None);
        await rig.Compactions.UndoAsync(StorageRig.Run, 1, tokens: 2_000, Happened, "anna", CancellationToken.None);

        Assert.Null(await rig.Compactions.BeginAttemptAsync(Begun(2), 16_384, CancellationToken.None));
        Compaction only = Assert.Single(await rig.Compactions.ListAsync(StorageRig.Run, CancellationToken.None));
        Assert.Equal((CompactionState.Undone, 2_000), (only.State, only.TokensUndone));
    }

    [Fact]
    public async Task BeingMadeOrEndedByItsProvider_SaysNothingOfTheNext()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        Compaction failed = Begun(2) with { State = CompactionState.Failed, Failure = "It is down.", IsProviderFault = true };
        await rig.Compactions.CommitAsync(Active(1, "one"), Happened, CancellationToken.None);
        await rig.Compactions.CommitAsync(failed, Happened, CancellationToken.None);
        await rig.Compactions.BeginAttemptAsync(Begun(3) with { Basis = 1 }, 16_384, CancellationToken.None);

        Assert.Equal(1, (await rig.Compactions.FindNewestTellingAsync(StorageRig.Run, CancellationToken.None))!.Number);
    }

    [Fact]
    public async Task RunEndsMeanwhile_NoneIsLeftBegun()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Compactions.BeginAttemptAsync(Begun(1), 16_384, CancellationToken.None);

        await rig.FinishAsync();

        Compaction only = Assert.Single(await rig.Compactions.ListAsync(StorageRig.Run, CancellationToken.None));
        Assert.Equal((CompactionState.Failed, true, 1), (only.State, only.IsProviderFault, only.Attempts));
    }

    private static Compaction Begun(int number) =>
        new() { RunId = StorageRig.Run, Number = number, Turn = 4, Basis = number == 1 ? null : number - 1, State = CompactionState.Begun, TokensCounted = 1_000, TokensBefore = 900 };

    private static Compaction Active(int number, string summary) => Begun(number) with
    {
        State = CompactionState.Active,
        TokensAfter = 300,
        Usage = new TokenUsage(900, 800, 70),
        CostUsd = 0.25m,
        Elapsed = TimeSpan.FromSeconds(2),
        Replacement = new Replacement(3, 7, "pinned ü", TranscriptEntry.User(3, summary)),
    };
}
