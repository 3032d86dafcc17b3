using System.Text;
using System.Text.Json;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Chat;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Tests.Chat;

public sealed class ChatReaderTests
{
    private const string HalfCall = """{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"bash","arguments":"{\"comm"}}]}""";

    [Fact]
    public async Task WholeAnswer_IsOneMessageWithEveryMember()
    {
        ModelReply reply = await ReadReplyAsync(ChatChunks.WholeAnswer);

        Assert.Equal([ChatChunks.Message], reply.Items.Select(item => item.Utf8()));
        Assert.Equal(
            [new RequestedCall("call_1", "bash", """{"command":"ls -l"}"""), new RequestedCall("call_2", "bash", "{}")], reply.Calls);
        Assert.Equal(
            ("chatcmpl-1", "gemini-3.1-pro", "default", "Grüße 🦊", ReplyEnd.Completed),
            (reply.ResponseId, reply.Model, reply.ServiceTier, reply.Text, reply.End));
    }

    [Fact]
    public async Task ThoughtsThatOnlyTheTotalCounts_AreOutput() =>
        Assert.Equal(new TokenUsage(100, 40, 10), (await ReadReplyAsync(ChatChunks.WholeAnswer)).Usage);

    [Fact]
    public async Task SplitAtAnyByte_IsTheSameReply()
    {
        byte[] answer = Encoding.UTF8.GetBytes(ChatChunks.WholeAnswer);
        string expected = Print(await ReadReplyAsync(ChatChunks.WholeAnswer));

        for (int split = 0; split <= answer.Length; split++)
        {
            Attempt attempt = await ChatReader.ReadEventsAsync(new PiecewiseStream(answer[..split], answer[split..]), CancellationToken.None);

            Assert.Equal(expected, Print(Assert.IsType<Attempt.Answered>(attempt).Reply));
        }
    }

    [Fact]
    public async Task CutAnywhereBeforeTheEnd_IsNoAnswer()
    {
        byte[] answer = Encoding.UTF8.GetBytes(ChatChunks.WholeAnswer);

        for (int length = 0; length < answer.Length - 1; length++)
        {
            await Assert.ThrowsAsync<EndOfStreamException>(
                () => ChatReader.ReadEventsAsync(new MemoryStream(answer[..length]), CancellationToken.None));
        }
    }

    [Fact]
    public async Task DoneWithoutAFinish_BreaksTheDialect() =>
        await Assert.ThrowsAnyAsync<JsonException>(() => ReadAsync(ChatChunks.Chunk("""{"content":"x"}""") + "data: [DONE]\n\n"));

    [Fact]
    public async Task TokenLimit_LeavesHalfACallOut()
    {
        ModelReply reply = await ReadReplyAsync(
            ChatChunks.Chunk("""{"role":"assistant","content":"So far."}""") + ChatChunks.Chunk(HalfCall) + ChatChunks.Finished("length"));

        Assert.Equal(ReplyEnd.MaxOutputTokens, reply.End);
        Assert.Empty(reply.Calls);
        Assert.Equal(["""{"role":"assistant","content":"So far."}"""], reply.Items.Select(item => item.Utf8()));
    }

    [Fact]
    public async Task TokenLimitInNothingButACall_LeavesNothing() =>
        Assert.Empty((await ReadReplyAsync(ChatChunks.Chunk(HalfCall) + ChatChunks.Finished("length"))).Items);

    [Fact]
    public async Task CallsThatAllHaveTheIndexZero_AreToldApartByTheirIds()
    {
        ModelReply reply = await ReadReplyAsync(
            ChatChunks.Chunk("""{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"bash","arguments":"{}"}}]}""")
            + ChatChunks.Chunk("""{"tool_calls":[{"index":0,"id":"b","type":"function","function":{"name":"bash","arguments":"{}"}}]}""")
            + ChatChunks.Finished("stop"));

        Assert.Equal(["a", "b"], reply.Calls.Select(call => call.CallId));
    }

    [Fact]
    public async Task Refusal_IsARefusalWithItsText()
    {
        ModelReply reply = await ReadReplyAsync(
            ChatChunks.Chunk("""{"role":"assistant","refusal":"I "}""") + ChatChunks.Chunk("""{"refusal":"won't."}""") + ChatChunks.Finished("stop"));

        Assert.Equal((ReplyEnd.Refused, "I won't."), (reply.End, reply.Text));
    }

    [Fact]
    public async Task ErrorChunk_IsAFailure()
    {
        Attempt attempt = await ReadAsync(
            ChatChunks.Chunk(HalfCall) + ChatChunks.Event("""{"error":{"message":"Sorry.","code":"server_error"}}"""));

        Assert.True(Assert.IsType<Attempt.Failed>(attempt).IsTransient);
    }

    [Fact]
    public void AnswerInOnePiece_IsTheSame()
    {
        using JsonDocument answer = JsonDocument.Parse(
            $$"""{"id":"chatcmpl-1","model":"m","choices":[{"index":0,"message":{{ChatChunks.Message}},"finish_reason":"tool_calls"}],"usage":{{ChatChunks.Usage}}}""");

        Attempt attempt = ChatReader.ReadWhole(answer.RootElement);

        Assert.Equal([ChatChunks.Message], Assert.IsType<Attempt.Answered>(attempt).Reply.Items.Select(item => item.Utf8()));
    }

    [Theory]
    [InlineData("""{"content":"a\ud83e"}""")]
    [InlineData("""{"tool_calls":[{"index":0,"type":"function","function":{"name":"bash","arguments":"{}"}}]}""")]
    [InlineData("""{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"arguments":"{}"}}]}""")]
    public async Task MessageThatCannotBeAnswered_BreaksTheDialect(string delta) =>
        await Assert.ThrowsAnyAsync<JsonException>(() => ReadAsync(ChatChunks.Chunk(delta) + ChatChunks.Finished("stop")));

    /// <summary>As a relay sends it that cuts texts between the halves of a letter.</summary>
    [Fact]
    public async Task LetterInTwoPieces_BreaksTheDialect() => await Assert.ThrowsAnyAsync<JsonException>(() => ReadAsync(
        ChatChunks.Chunk("""{"content":"a\ud83e"}""") + ChatChunks.Chunk("""{"content":"\udd8a"}""") + ChatChunks.Finished("stop")));

    [Fact]
    public void ChoiceWithoutAMessage_BreaksTheDialect()
    {
        using JsonDocument answer = JsonDocument.Parse("""{"id":"c","model":"m","choices":[{"index":0,"finish_reason":"content_filter"}]}""");

        Assert.ThrowsAny<JsonException>(() => ChatReader.ReadWhole(answer.RootElement));
    }

    private static Task<Attempt> ReadAsync(string events) =>
        ChatReader.ReadEventsAsync(new MemoryStream(Encoding.UTF8.GetBytes(events)), CancellationToken.None);

    private static async Task<ModelReply> ReadReplyAsync(string events) => Assert.IsType<Attempt.Answered>(await ReadAsync(events)).Reply;

    private static string Print(ModelReply reply) =>
        $"{reply.ResponseId} {reply.Text} {reply.Usage} {string.Join(",", reply.Calls)} {string.Join(",", reply.Items.Select(item => item.Utf8()))}";
}
