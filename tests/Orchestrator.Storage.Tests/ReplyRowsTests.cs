using System.Text.Json;
using Orchestrator.Agent;
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
        await rig.Replies.BeginAttemptAsync(StorageRig.Run, 1, new RequestTerms(16_384, null), CancellationToken.None);

        await CommitAsync(rig, Reply(1, "one"));

        Assert.Equal(Json(Reply(1, "one")), Json(await rig.Replies.FindAsync(StorageRig.Run, 1, CancellationToken.None)));
        var summary = await rig.SummaryAsync();
        Assert.Equal((1, new TokenUsage(100, 40, 7), 0.000000123m), (summary.Turns, summary.Usage, summary.CostUsd));
    }

    [Fact]
    public async Task CommittedTwice_TheFirstAnswerWinsAndIsPaidOnce()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Replies.BeginAttemptAsync(StorageRig.Run, 1, new RequestTerms(16_384, null), CancellationToken.None);
        await rig.Replies.BeginAttemptAsync(StorageRig.Run, 1, new RequestTerms(16_384, null), CancellationToken.None);

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

        RequestTerms first = await rig.Replies.BeginAttemptAsync(StorageRig.Run, 1, new RequestTerms(1_500, 3), CancellationToken.None);
        RequestTerms second = await rig.Replies.BeginAttemptAsync(StorageRig.Run, 1, new RequestTerms(16_384, null), CancellationToken.None);

        Assert.Equal((new RequestTerms(1_500, 3), new RequestTerms(1_500, 3)), (first, second));
    }

    [Fact]
    public async Task AttemptWithoutAnswer_IsNoAnswer()
    {
        await using StorageRig rig = await StorageRig.StartAsync();

        await rig.Replies.BeginAttemptAsync(StorageRig.Run, 1, new RequestTerms(16_384, null), CancellationToken.None);

        Assert.Null(await rig.Replies.FindAsync(StorageRig.Run, 1, CancellationToken.None));
    }

    [Fact]
    public async Task ManyTurns_CostAddsUpWithoutLoss()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        for (int turn = 1; turn <= 30; turn++)
        {
            await rig.Replies.BeginAttemptAsync(StorageRig.Run, turn, new RequestTerms(16_384, null), CancellationToken.None);
            await CommitAsync(rig, Reply(turn, "x") with { CostUsd = 0.1m });
        }

        Assert.Equal(3m, (await rig.SummaryAsync()).CostUsd);
    }

    private static Task<CommittedReply> CommitAsync(StorageRig rig, CommittedReply reply) => rig.Replies.CommitAsync(
        reply, [TranscriptEntry.User(reply.Turn, reply.Text)], StorageRig.Event(reply.Text), CancellationToken.None);

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
