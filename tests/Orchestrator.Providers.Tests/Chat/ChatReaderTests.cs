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

    /// <summary>As LiteLLM and OpenRouter report them.</summary>
    [Theory]
    [InlineData(""","prompt_tokens_details":{"cached_tokens":20,"cache_creation_tokens":30}""", 20, 30)]
    [InlineData(""","prompt_tokens_details":{"cached_tokens":20,"cache_write_tokens":30}""", 20, 30)]
    [InlineData(""","cache_read_input_tokens":20,"cache_creation_input_tokens":30""", 20, 30)]
    [InlineData(""","prompt_tokens_details":{"cached_tokens":20,"cache_creation_tokens":300}""", 20, 80)]
    public void WritesToACacheBehindTheGateway_AreCounted(string caches, long read, long written)
    {
        using JsonDocument answer = JsonDocument.Parse(
            $$$"""{"id":"c","model":"m","choices":[{"message":{"role":"assistant","content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":100,"completion_tokens":7{{{caches}}}}}""");

        Assert.Equal(
            new TokenUsage(100, read, 7, written), Assert.IsType<Attempt.Answered>(ChatReader.ReadWhole(answer.RootElement)).Reply.Usage);
    }

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
    public async Task CutAnywhereBeforeItsReasonToStop_IsNoAnswer()
    {
        byte[] answer = Encoding.UTF8.GetBytes(ChatChunks.WholeAnswer);
        int finished = EndOf("tool_calls\"}],\"usage\":null}\n\n");

        for (int length = 0; length < finished - 1; length++)
        {
            await Assert.ThrowsAsync<EndOfStreamException>(
                () => ChatReader.ReadEventsAsync(new MemoryStream(answer[..length]), CancellationToken.None));
        }
    }

    [Fact]
    public async Task ClosedBehindItsReasonToStop_IsTheSameAnswerWithTheUsageThatCame()
    {
        byte[] answer = Encoding.UTF8.GetBytes(ChatChunks.WholeAnswer);
        ModelReply whole = await ReadReplyAsync(ChatChunks.WholeAnswer);
        int finished = EndOf("tool_calls\"}],\"usage\":null}\n\n");
        int counted = EndOf(ChatChunks.Usage + "}\n\n");

        for (int length = finished; length <= answer.Length; length++)
        {
            Attempt attempt = await ChatReader.ReadEventsAsync(new MemoryStream(answer[..length]), CancellationToken.None);

            ModelReply reply = Assert.IsType<Attempt.Answered>(attempt).Reply;
            Assert.Equal(
                (whole.Text, whole.End, length >= counted, length >= counted ? whole.Usage : TokenUsage.None),
                (reply.Text, reply.End, reply.IsUsageReported, reply.Usage));
            Assert.Equal(whole.Items.Select(item => item.Utf8()), reply.Items.Select(item => item.Utf8()));
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
    [InlineData("""{"tool_calls":[{"index":0,"id":"","type":"function","function":{"name":"bash","arguments":"{}"}}]}""")]
    public async Task MessageThatCannotBeAnswered_IsNotAskedForAgain(string delta)
    {
        var failed = Assert.IsType<Attempt.Failed>(await ReadAsync(ChatChunks.Chunk(delta) + ChatChunks.Finished("stop")));

        Assert.Equal((ProviderFailure.Unreadable, false), (failed.Failure, failed.IsTransient));
    }

    /// <summary>As Gemini and gateways to others word them. What nobody knows is no reason to pay for another answer.</summary>
    [Theory]
    [InlineData("STOP", ReplyEnd.Completed)]
    [InlineData("MAX_TOKENS", ReplyEnd.MaxOutputTokens)]
    [InlineData("MALFORMED_FUNCTION_CALL", ReplyEnd.MaxOutputTokens)]
    [InlineData("function_call_filter: MALFORMED_FUNCTION_CALL", ReplyEnd.MaxOutputTokens)]
    [InlineData("SAFETY", ReplyEnd.Refused)]
    [InlineData("content_filter", ReplyEnd.Refused)]
    [InlineData("BECAUSE", null)]
    public async Task FinishReason_IsTheRepliesEnd(string reason, ReplyEnd? end)
    {
        Attempt attempt = await ReadAsync(ChatChunks.Chunk("""{"role":"assistant","content":"So far."}""") + ChatChunks.Finished(reason));

        Assert.Equal(end, (attempt as Attempt.Answered)?.Reply.End);
        Assert.Equal(end is null, attempt is Attempt.Failed { Failure: ProviderFailure.Unreadable, IsTransient: false });
    }

    [Fact]
    public async Task FilterWithinACall_LeavesItOut()
    {
        ModelReply reply = await ReadReplyAsync(
            ChatChunks.Chunk("""{"role":"assistant","content":"So far."}""") + ChatChunks.Chunk(HalfCall) + ChatChunks.Finished("content_filter"));

        Assert.Equal((ReplyEnd.Refused, 0), (reply.End, reply.Calls.Count));
    }

    /// <summary>As DeepSeek, DashScope and OpenRouter stream: names said again or left empty, members as null, lists by their index.</summary>
    [Fact]
    public async Task MembersSaidAgain_AreNotConcatenatedAndNullsAreDropped()
    {
        ModelReply reply = await ReadReplyAsync(string.Concat(
            ChatChunks.Chunk("""{"role":"assistant","content":null,"refusal":null,"function_call":null,"audio":null,"provider":"p"}"""),
            ChatChunks.Chunk("""{"provider":"p","reasoning_details":[{"index":0,"type":"reasoning.text","format":"v1","text":"Hm","id":null}]}"""),
            ChatChunks.Chunk("""{"provider":"p","reasoning_details":[{"index":0,"type":"reasoning.text","format":"v1","text":".","signature":"s"}]}"""),
            ChatChunks.Chunk("""{"tool_calls":[{"index":0,"id":"a","type":"function","custom":null,"function":{"name":"bash","arguments":"{","parsed":null},"extra_content":{"google":{"thought_signature":"sig"}}}]}"""),
            ChatChunks.Chunk("""{"tool_calls":[{"index":0,"id":"","type":"function","function":{"name":"","arguments":"}"},"extra_content":{"google":{"thought_signature":"sig"}}}]}"""),
            ChatChunks.Finished("tool_calls")));

        Assert.Equal(
            ["""{"role":"assistant","content":null,"provider":"p","reasoning_details":[{"index":0,"type":"reasoning.text","format":"v1","text":"Hm.","id":null,"signature":"s"}],"tool_calls":[{"id":"a","type":"function","function":{"name":"bash","arguments":"{}"},"extra_content":{"google":{"thought_signature":"sig"}}}]}"""],
            reply.Items.Select(item => item.Utf8()));
    }

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

    /// <summary>Where a text of the whole answer ends, in bytes.</summary>
    private static int EndOf(string text) =>
        Encoding.UTF8.GetByteCount(ChatChunks.WholeAnswer[..(ChatChunks.WholeAnswer.IndexOf(text, StringComparison.Ordinal) + text.Length)]);
}
