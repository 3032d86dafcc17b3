using System.Text.Json;
using Orchestrator.Agent;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Agent.Turns;

namespace Orchestrator.Storage.Tests;

public sealed class ReplyRowsTests
{
    [Fact]
    public async Task Committed_IsFoundWholeAndCounted()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Replies.BeginAttemptAsync(StorageRig.Run, 1, new RequestTerms(16_384, null), 0, CancellationToken.None);

        await CommitAsync(rig, Reply(1, "one"));

        Assert.Equal(Json(Reply(1, "one")), Json(await rig.Replies.FindAsync(StorageRig.Run, 1, CancellationToken.None)));
        var summary = await rig.SummaryAsync();
        Assert.Equal((1, new TokenUsage(100, 40, 7), 0.000000123m), (summary.Turns, summary.Usage, summary.CostUsd));
    }

    [Fact]
    public async Task CommittedTwice_TheFirstAnswerWinsAndIsPaidOnce()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Replies.BeginAttemptAsync(StorageRig.Run, 1, new RequestTerms(16_384, null), 0, CancellationToken.None);
        await rig.Replies.BeginAttemptAsync(StorageRig.Run, 1, new RequestTerms(16_384, null), 0, CancellationToken.None);

        CommittedReply first = await CommitAsync(rig, Reply(1, "one"));
        CommittedReply second = await CommitAsync(rig, Reply(1, "two"));

        Assert.Equal(("one", "one"), (first.Text, second.Text));
        Assert.Equal((1, 0.000000123m), ((await rig.SummaryAsync()).Turns, (await rig.SummaryAsync()).CostUsd));
        Assert.Single(await rig.Transcripts.ReadAsync(StorageRig.Run, CancellationToken.None));
        Assert.Equal(["one"], await rig.EventsAsync(after: 1));
    }

    [Fact]
    public async Task AttemptRepeated_AsksAsTheFirstDid()
    {
        await using StorageRig rig = await StorageRig.StartAsync();

        RequestTerms first = await rig.Replies.BeginAttemptAsync(StorageRig.Run, 1, new RequestTerms(1_500, 3), 0, CancellationToken.None);
        RequestTerms second = await rig.Replies.BeginAttemptAsync(StorageRig.Run, 1, new RequestTerms(16_384, null), 0, CancellationToken.None);

        Assert.Equal((new RequestTerms(1_500, 3), new RequestTerms(1_500, 3)), (first, second));
    }

    [Fact]
    public async Task AttemptWithoutAnswer_IsNoAnswer()
    {
        await using StorageRig rig = await StorageRig.StartAsync();

        await rig.Replies.BeginAttemptAsync(StorageRig.Run, 1, new RequestTerms(16_384, null), 0, CancellationToken.None);

        Assert.Null(await rig.Replies.FindAsync(StorageRig.Run, 1, CancellationToken.None));
    }

    [Fact]
    public async Task AttemptThatNeverEnded_IsCountedAsLostOnce()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Replies.BeginAttemptAsync(StorageRig.Run, 1, new RequestTerms(1_500, 3), 0.25m, CancellationToken.None);

        TurnAttempts first = await rig.Replies.TakeUpAsync(StorageRig.Run, 1, CancellationToken.None);
        TurnAttempts second = await rig.Replies.TakeUpAsync(StorageRig.Run, 1, CancellationToken.None);

        Assert.Equal((new TurnAttempts(new RequestTerms(1_500, 3), new LostAttempts(1, 0.25m), null), first), (first, second));
        var summary = await rig.SummaryAsync();
        Assert.Equal((new LostAttempts(1, 0.25m), 0.25m), (summary.Lost, summary.CostUsd));
        Assert.Contains("$0.25", Assert.Single(await rig.EventsAsync(after: 1)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task AttemptThatEnded_IsLostOnlyIfItSaysSo(bool isLost, int lost)
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Replies.BeginAttemptAsync(StorageRig.Run, 1, new RequestTerms(1_500, 3), 0.25m, CancellationToken.None);

        await rig.Replies.EndAttemptAsync(StorageRig.Run, 1, isLost, CancellationToken.None);
        await rig.Replies.EndAttemptAsync(StorageRig.Run, 1, isLost: true, CancellationToken.None);

        TurnAttempts after = await rig.Replies.TakeUpAsync(StorageRig.Run, 1, CancellationToken.None);
        Assert.Equal((new LostAttempts(lost, lost * 0.25m), null), (after.Lost, after.ResponseId));
    }

    [Fact]
    public async Task AnswerInTheBackground_IsTakenUpAndNotLost()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Replies.BeginAttemptAsync(StorageRig.Run, 1, new RequestTerms(1_500, 3), 0.25m, CancellationToken.None);
        await rig.Replies.KeepResponseAsync(StorageRig.Run, 1, "resp-1", CancellationToken.None);

        TurnAttempts taken = await rig.Replies.TakeUpAsync(StorageRig.Run, 1, CancellationToken.None);
        await CommitAsync(rig, Reply(1, "one"));

        Assert.Equal(("resp-1", LostAttempts.None), (taken.ResponseId, taken.Lost));
        Assert.Equal((LostAttempts.None, 0.000000123m), ((await rig.SummaryAsync()).Lost, (await rig.SummaryAsync()).CostUsd));
    }

    [Fact]
    public async Task CommittedAttempt_IsNotLost()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Replies.BeginAttemptAsync(StorageRig.Run, 1, new RequestTerms(1_500, 3), 0.25m, CancellationToken.None);
        await CommitAsync(rig, Reply(1, "one"));

        TurnAttempts taken = await rig.Replies.TakeUpAsync(StorageRig.Run, 1, CancellationToken.None);

        Assert.Equal(LostAttempts.None, taken.Lost);
    }

    [Fact]
    public async Task ModelTakesOver_WhatItCannotReadIsUndoneWithThat()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        string before = (await rig.SummaryAsync()).Model;
        await SealAsync(rig, 1, Reader);
        await SealAsync(rig, 2, new Origin(Dialect.Responses, before));
        await SealAsync(rig, 3, new Origin(Dialect.Responses, before));

        await RestateAsync(rig, before);

        Assert.Equal("next", (await rig.SummaryAsync()).Model);
        Assert.Equal(
            [CompactionState.Active, CompactionState.Undone, CompactionState.Undone],
            (await rig.Compactions.ListAsync(StorageRig.Run, CancellationToken.None)).Select(one => one.State));
        Assert.Equal(["over", "compaction 3, which next can't read", "compaction 2, which next can't read"], (await rig.EventsAsync(after: 1)).TakeLast(3));
    }

    [Fact]
    public async Task TurnIsAnswered_NoModelTakesOverAnyMore()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        string before = (await rig.SummaryAsync()).Model;
        await rig.Replies.BeginAttemptAsync(StorageRig.Run, 1, new RequestTerms(1_500, 3), 0.25m, CancellationToken.None);
        await CommitAsync(rig, Reply(1, "one"));

        await RestateAsync(rig, before);

        Assert.Equal(before, (await rig.SummaryAsync()).Model);
        Assert.Equal(["one"], await rig.EventsAsync(after: 1));
    }

    [Fact]
    public async Task ManyTurns_CostAddsUpWithoutLoss()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        for (int turn = 1; turn <= 30; turn++)
        {
            await rig.Replies.BeginAttemptAsync(StorageRig.Run, turn, new RequestTerms(16_384, null), 0, CancellationToken.None);
            await CommitAsync(rig, Reply(turn, "x") with { CostUsd = 0.1m });
        }

        Assert.Equal(3m, (await rig.SummaryAsync()).CostUsd);
    }

    private static Origin Reader => new(Dialect.Messages, "next");

    private static Task RestateAsync(StorageRig rig, string before) => rig.Replies.RestateAsync(
        StorageRig.Run, 1, new TakeOver(before, "next", Reader, "it is broken"), StorageRig.Event("over"), CancellationToken.None);

    private static Task<Compaction> SealAsync(StorageRig rig, int number, Origin origin) => rig.Compactions.CommitAsync(
        new Compaction
        {
            RunId = StorageRig.Run,
            Number = number,
            Turn = 4,
            State = CompactionState.Active,
            TokensCounted = 1_000,
            Replacement = new Replacement(3, 7, "pinned", TranscriptEntry.ProviderItem(3, "{}"u8.ToArray(), origin)),
        },
        StorageRig.Event("compacted"),
        CancellationToken.None);

    private static Task<CommittedReply> CommitAsync(StorageRig rig, CommittedReply reply) => rig.Replies.CommitAsync(
        reply, [TranscriptEntry.User(reply.Turn, reply.Text)], [StorageRig.Event(reply.Text)], CancellationToken.None);

    private static string Json(CommittedReply? reply) => JsonSerializer.Serialize(reply!, AgentJson.Default.CommittedReply);

    private static CommittedReply Reply(int turn, string text) => new()
    {
        RunId = StorageRig.Run,
        Turn = turn,
        ResponseId = $"resp-{turn}",
        Model = "gpt-5.5",
        Text = text,
        Calls = [new RequestedCall("c1", "bash", "{not json")],
        End = ReplyEnd.Completed,
        Usage = new TokenUsage(100, 40, 7),
        CostUsd = 0.000000123m,
        PricesAsOf = "2026-05-01",
        Attempts = 2,
        Elapsed = TimeSpan.FromSeconds(3),
    };
}
