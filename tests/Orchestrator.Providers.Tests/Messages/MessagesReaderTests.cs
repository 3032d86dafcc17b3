using System.Text;
using System.Text.Json;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Messages;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Tests.Messages;

public sealed class MessagesReaderTests
{
    private const string HalfCall = """{"type":"tool_use","id":"toolu_1","name":"bash","input":{}}""";

    [Fact]
    public async Task WholeAnswer_BecomesAReplyWithItsBlocksWhole()
    {
        ModelReply reply = await ReadReplyAsync(MessagesEvents.WholeAnswer);

        Assert.Equal([MessagesEvents.Thought, MessagesEvents.Text, MessagesEvents.Call], reply.Items.Select(item => item.Utf8()));
        Assert.Equal([new RequestedCall("toolu_1", "bash", """{"command":"ls -l","n":1.50}""")], reply.Calls);
        Assert.Equal(
            ("msg_1", "claude-opus-4-7", "standard", "Grüße 🦊", ReplyEnd.Completed),
            (reply.ResponseId, reply.Model, reply.ServiceTier, reply.Text, reply.End));
    }

    [Fact]
    public async Task TokensOfTheCache_AreInputToo() =>
        Assert.Equal(new TokenUsage(5310, 5000, 42, 300), (await ReadReplyAsync(MessagesEvents.WholeAnswer)).Usage);

    [Fact]
    public async Task SplitAtAnyByte_IsTheSameReply()
    {
        byte[] answer = MessagesEvents.Bytes(MessagesEvents.WholeAnswer);
        string expected = Print(await ReadReplyAsync(MessagesEvents.WholeAnswer));

        for (int split = 0; split <= answer.Length; split++)
        {
            Attempt attempt = await MessagesReader.ReadEventsAsync(new PiecewiseStream(answer[..split], answer[split..]), CancellationToken.None);

            Assert.Equal(expected, Print(Assert.IsType<Attempt.Answered>(attempt).Reply));
        }
    }

    [Fact]
    public async Task CutAnywhereBeforeTheEnd_IsNoAnswer()
    {
        byte[] answer = MessagesEvents.Bytes(MessagesEvents.WholeAnswer);

        for (int length = 0; length < answer.Length - 1; length++)
        {
            await Assert.ThrowsAsync<EndOfStreamException>(
                () => MessagesReader.ReadEventsAsync(new MemoryStream(answer[..length]), CancellationToken.None));
        }
    }

    [Fact]
    public async Task TokenLimit_LeavesHalfACallAndItsThoughtOut()
    {
        ModelReply reply = await ReadReplyAsync(string.Concat(
            MessagesEvents.Started,
            Block(0, """{"type":"text","text":"So far."}"""),
            Block(1, MessagesEvents.Thought),
            MessagesEvents.Begin(2, HalfCall),
            MessagesEvents.Delta(2, """{"type":"input_json_delta","partial_json":"{\"comm"}"""),
            MessagesEvents.End(2),
            MessagesEvents.Stopped("max_tokens")));

        Assert.Equal(ReplyEnd.MaxOutputTokens, reply.End);
        Assert.Empty(reply.Calls);
        Assert.Equal(["""{"type":"text","text":"So far."}"""], reply.Items.Select(item => item.Utf8()));
    }

    [Fact]
    public async Task CallWithoutInput_HasAnEmptyObject()
    {
        ModelReply reply = await ReadReplyAsync(MessagesEvents.Started + Block(0, HalfCall) + MessagesEvents.Stopped("tool_use"));

        Assert.Equal([new RequestedCall("toolu_1", "bash", "{}")], reply.Calls);
    }

    [Fact]
    public async Task TextWithoutALetter_IsLeftOut()
    {
        ModelReply reply = await ReadReplyAsync(
            MessagesEvents.Started + Block(0, """{"type":"text","text":"\n"}""") + Block(1, HalfCall) + MessagesEvents.Stopped("tool_use"));

        Assert.Single(reply.Items);
        Assert.Single(reply.Calls);
    }

    [Theory]
    [InlineData("end_turn", ReplyEnd.Completed)]
    [InlineData("model_context_window_exceeded", ReplyEnd.MaxOutputTokens)]
    [InlineData("refusal", ReplyEnd.Refused)]
    public async Task StopReason_IsTheRepliesEnd(string reason, ReplyEnd end) =>
        Assert.Equal(end, (await ReadReplyAsync(MessagesEvents.Started + Block(0, MessagesEvents.Text) + MessagesEvents.Stopped(reason))).End);

    [Theory]
    [InlineData("overloaded_error", ProviderFailure.Overloaded, true)]
    [InlineData("rate_limit_error", ProviderFailure.RateLimited, true)]
    [InlineData("authentication_error", ProviderFailure.Unauthorized, false)]
    [InlineData("invalid_request_error", ProviderFailure.Misconfigured, false)]
    public async Task ErrorEvent_IsAFailureByItsType(string type, ProviderFailure failure, bool isTransient)
    {
        Attempt attempt = await ReadAsync(MessagesEvents.Started + Block(0, HalfCall) + MessagesEvents.Failed(type, "Sorry."));

        Assert.Equal((failure, isTransient), (Assert.IsType<Attempt.Failed>(attempt).Failure, ((Attempt.Failed)attempt).IsTransient));
    }

    [Theory]
    [InlineData("letter")]
    [InlineData("nothing")]
    [InlineData("again")]
    [InlineData("unknown")]
    public async Task Garbage_BreaksTheDialect(string kind)
    {
        string events = kind switch
        {
            "letter" => MessagesEvents.Begin(0, """{"type":"text","text":""}""") + MessagesEvents.Delta(0, """{"type":"text_delta","text":"a\ud83e"}"""),
            "nothing" => MessagesEvents.Event("message_start", """{"type":"message_start"}"""),
            "again" => MessagesEvents.Begin(0, MessagesEvents.Text) + MessagesEvents.Delta(0, """{"type":"text_delta","text":"x"}""") + MessagesEvents.Begin(0, MessagesEvents.Text),
            _ => MessagesEvents.Delta(7, """{"type":"text_delta","text":"x"}"""),
        };

        await Assert.ThrowsAnyAsync<JsonException>(() => ReadAsync(MessagesEvents.Started + events));
    }

    [Theory]
    [InlineData("open")]
    [InlineData("input")]
    [InlineData("number")]
    [InlineData("reason")]
    [InlineData("id")]
    public async Task AnswerThatEndedAndCannotBeRead_IsNotAskedForAgain(string kind)
    {
        string events = kind switch
        {
            "open" => MessagesEvents.Begin(0, HalfCall) + MessagesEvents.Stopped("tool_use"),
            "input" => MessagesEvents.Begin(0, HalfCall) + MessagesEvents.Delta(0, """{"type":"input_json_delta","partial_json":"{\"a"}""")
                + MessagesEvents.End(0) + MessagesEvents.Stopped("tool_use"),
            "number" => MessagesEvents.Event("message_delta", """{"type":"message_delta","delta":{"stop_reason":7}}""")
                + MessagesEvents.Event("message_stop", """{"type":"message_stop"}"""),
            "id" => Block(0, """{"type":"tool_use","id":"","name":"bash","input":{}}""") + MessagesEvents.Stopped("tool_use"),
            _ => Block(0, MessagesEvents.Text) + MessagesEvents.Stopped("because"),
        };

        var failed = Assert.IsType<Attempt.Failed>(await ReadAsync(MessagesEvents.Started + events));

        Assert.Equal((ProviderFailure.Unreadable, false), (failed.Failure, failed.IsTransient));
    }

    [Fact]
    public async Task RefusalWithinACallsInput_IsARefusalWithoutTheCall()
    {
        ModelReply reply = await ReadReplyAsync(string.Concat(
            MessagesEvents.Started,
            Block(0, """{"type":"text","text":"So far."}"""),
            MessagesEvents.Begin(1, HalfCall),
            MessagesEvents.Delta(1, """{"type":"input_json_delta","partial_json":"{\"comm"}"""),
            MessagesEvents.Stopped("refusal")));

        Assert.Equal((ReplyEnd.Refused, 0, 1), (reply.End, reply.Calls.Count, reply.Items.Count));
    }

    private static string Block(int index, string block) => MessagesEvents.Begin(index, block) + MessagesEvents.End(index);

    private static Task<Attempt> ReadAsync(string events) =>
        MessagesReader.ReadEventsAsync(new MemoryStream(Encoding.UTF8.GetBytes(events)), CancellationToken.None);

    private static async Task<ModelReply> ReadReplyAsync(string events) => Assert.IsType<Attempt.Answered>(await ReadAsync(events)).Reply;

    private static string Print(ModelReply reply) =>
        $"{reply.ResponseId} {reply.Text} {reply.Usage} {string.Join(",", reply.Calls)} {string.Join(",", reply.Items.Select(item => item.Utf8()))}";
}
