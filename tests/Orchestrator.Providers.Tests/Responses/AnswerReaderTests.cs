using System.Text;
using System.Text.Json;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Requests;
using Orchestrator.Providers.Responses;

namespace Orchestrator.Providers.Tests.Responses;

public sealed class AnswerReaderTests
{
    private static readonly Listener Nobody = new(_ => { });

    [Fact]
    public async Task WholeAnswer_BecomesAReplyWithItemsAsReceived()
    {
        ModelReply reply = await ReadReplyAsync(Events.WholeAnswer);

        Assert.Equal([Events.Thought, Events.Message, Events.Call], reply.Items.Select(item => item.Utf8()));
        Assert.Equal([new RequestedCall("call_1", "bash", """{"command":"ls"}""")], reply.Calls);
        Assert.Equal(
            ("resp_1", "gpt-5.5-2026-04-23", "default", "Grüße 🦊", new TokenUsage(100, 40, 7), true, ReplyEnd.Completed),
            (reply.ResponseId, reply.Model, reply.ServiceTier, reply.Text, reply.Usage, reply.IsUsageReported, reply.End));
    }

    [Fact]
    public async Task SplitAtAnyByte_IsTheSameReply()
    {
        byte[] answer = Events.Bytes(Events.WholeAnswer);
        string expected = Print(await ReadReplyAsync(Events.WholeAnswer));

        for (int split = 0; split <= answer.Length; split++)
        {
            Attempt attempt = await AnswerReader.ReadEventsAsync(new PiecewiseStream(answer[..split], answer[split..]), Nobody, CancellationToken.None);

            Assert.Equal(expected, Print(Assert.IsType<Attempt.Answered>(attempt).Reply));
        }
    }

    [Fact]
    public async Task CutAnywhereBeforeTheEnd_IsNoAnswer()
    {
        byte[] answer = Events.Bytes(Events.WholeAnswer);
        int end = Encoding.UTF8.GetByteCount(Events.WholeAnswer[..Events.WholeAnswer.IndexOf("data: [DONE]", StringComparison.Ordinal)]);

        for (int length = 0; length < end; length++)
        {
            await Assert.ThrowsAsync<EndOfStreamException>(
                () => AnswerReader.ReadEventsAsync(new MemoryStream(answer[..length]), Nobody, CancellationToken.None));
        }
    }

    [Fact]
    public async Task ItemsOnlyAtTheEnd_AreTaken()
    {
        ModelReply reply = await ReadReplyAsync(Events.Completed(Events.Thought, Events.Call));

        Assert.Equal([Events.Thought, Events.Call], reply.Items.Select(item => item.Utf8()));
    }

    [Fact]
    public async Task ItemsOnlyAsEvents_AreTakenInTheirPlaces()
    {
        ModelReply reply = await ReadReplyAsync(Events.Done(1, Events.Call) + Events.Done(0, Events.Thought) + Events.Completed());

        Assert.Equal([Events.Thought, Events.Call], reply.Items.Select(item => item.Utf8()));
    }

    [Fact]
    public async Task EventSentTwice_IsOneItem()
    {
        ModelReply reply = await ReadReplyAsync(Events.Done(0, Events.Call) + Events.Done(0, Events.Call) + Events.Completed(Events.Call));

        Assert.Single(reply.Calls);
        Assert.Single(reply.Items);
    }

    [Fact]
    public async Task TokenLimit_LeavesHalfACallAndItsThoughtOut()
    {
        ModelReply reply = await ReadReplyAsync(
            Events.Done(0, Events.Message) + Events.Done(1, Events.Thought) + Events.Done(2, Events.HalfCall)
            + Events.Ended("incomplete", "max_output_tokens", Events.Message, Events.Thought, Events.HalfCall));

        Assert.Equal(ReplyEnd.MaxOutputTokens, reply.End);
        Assert.Empty(reply.Calls);
        Assert.Equal([Events.Message], reply.Items.Select(item => item.Utf8()));
    }

    [Fact]
    public async Task ContentFilter_IsARefusal()
    {
        ModelReply reply = await ReadReplyAsync(Events.Ended("incomplete", "content_filter"));

        Assert.Equal(ReplyEnd.Refused, reply.End);
    }

    [Fact]
    public async Task RefusalOfTheModel_IsARefusalWithItsText()
    {
        const string refusal = """{"id":"msg_1","type":"message","role":"assistant","status":"completed","content":[{"type":"refusal","refusal":"I won't."}]}""";

        ModelReply reply = await ReadReplyAsync(Events.Done(0, refusal) + Events.Completed(refusal));

        Assert.Equal((ReplyEnd.Refused, "I won't."), (reply.End, reply.Text));
    }

    [Fact]
    public async Task ArgumentsThatAreNoJson_ReachTheCaller()
    {
        const string call = """{"id":"fc_1","type":"function_call","status":"completed","call_id":"call_1","name":"nonsense","arguments":"{\"comm"}""";

        ModelReply reply = await ReadReplyAsync(Events.Done(0, call) + Events.Completed(call));

        Assert.Equal([new RequestedCall("call_1", "nonsense", "{\"comm")], reply.Calls);
    }

    [Fact]
    public async Task NoUsage_IsMarked()
    {
        string events = Events.Event("response.completed", """{"type":"response.completed","response":{"id":"r","status":"completed","output":[]}}""");

        ModelReply reply = await ReadReplyAsync(events);

        Assert.Equal((TokenUsage.None, false), (reply.Usage, reply.IsUsageReported));
    }

    [Theory]
    [InlineData("server_error", ProviderFailure.Overloaded, true)]
    [InlineData("rate_limit_exceeded", ProviderFailure.RateLimited, true)]
    [InlineData("context_length_exceeded", ProviderFailure.ContextTooLong, false)]
    [InlineData("insufficient_quota", ProviderFailure.QuotaSpent, false)]
    [InlineData("invalid_prompt", ProviderFailure.Refused, false)]
    [InlineData("something_new", ProviderFailure.Misconfigured, false)]
    public async Task FailedResponse_IsAFailureByItsCode(string code, ProviderFailure failure, bool isTransient)
    {
        Attempt attempt = await ReadAsync(Events.Done(0, Events.Call) + Events.Failed(code));

        Attempt.Failed failed = Assert.IsType<Attempt.Failed>(attempt);
        Assert.Equal((failure, isTransient), (failed.Failure, failed.IsTransient));
    }

    [Theory]
    [InlineData("""{"type":"error","code":"server_error","message":"Sorry.","param":null,"sequence_number":3}""", true)]
    [InlineData("""{"type":"error","error":{"type":"server_error","code":null,"message":"Sorry."}}""", true)]
    [InlineData("""{"error":{"message":"Sorry.","code":502}}""", true)]
    [InlineData("""{"error":{"message":"Sorry.","code":400}}""", false)]
    public async Task ErrorEvent_IsAFailure(string data, bool isTransient)
    {
        Attempt attempt = await ReadAsync(Events.Done(0, Events.Call) + Events.Event("error", data));

        Assert.Equal(isTransient, Assert.IsType<Attempt.Failed>(attempt).IsTransient);
    }

    [Theory]
    [InlineData("data: {\"type\":\"response.completed\"\n\n")]
    [InlineData("data: [1]]\n\n")]
    [InlineData("data: {\"type\":\"response.output_item.done\",\"item\":7}\n\n")]
    public async Task Garbage_BreaksTheDialect(string events) =>
        await Assert.ThrowsAnyAsync<JsonException>(() => ReadAsync(events));

    [Theory]
    [InlineData("""{"id":"fc_2","type":"function_call","status":"completed","name":"bash","arguments":"{}"}""")]
    [InlineData("""{"id":"fc_2","type":"function_call","status":"completed","call_id":"call_2","arguments":"{}"}""")]
    [InlineData("""{"id":"fc_2","type":"function_call","status":"completed","call_id":"call_2","name":"bash","arguments":"\ud83e"}""")]
    [InlineData("""{"id":"fc_2","type":"function_call","status":"completed","call_id":"","name":"bash","arguments":"{}"}""")]
    [InlineData("""{"id":"fc_2","type":"function_call","status":"completed","call_id":"call_1","name":"bash","arguments":"{}"}""")]
    public async Task CallThatCannotBeAnswered_IsNotAskedForAgain(string call) =>
        AssertUnreadable(await ReadAsync(Events.Done(0, Events.Call) + Events.Done(1, call) + Events.Completed()));

    [Fact]
    public async Task EndWithoutItsResponse_IsNotAskedForAgain() => AssertUnreadable(await ReadAsync("data: {\"type\":\"response.completed\"}\n\n"));

    private static void AssertUnreadable(Attempt attempt) => Assert.Equal(
        (ProviderFailure.Unreadable, false), (Assert.IsType<Attempt.Failed>(attempt).Failure, ((Attempt.Failed)attempt).IsTransient));

    private static Task<Attempt> ReadAsync(string events) =>
        AnswerReader.ReadEventsAsync(new MemoryStream(Events.Bytes(events)), Nobody, CancellationToken.None);

    private static async Task<ModelReply> ReadReplyAsync(string events) => Assert.IsType<Attempt.Answered>(await ReadAsync(events)).Reply;

    private static string Print(ModelReply reply) =>
        $"{reply.ResponseId} {reply.Text} {reply.Usage} {string.Join(",", reply.Calls)} {string.Join(",", reply.Items.Select(item => item.Utf8()))}";
}
