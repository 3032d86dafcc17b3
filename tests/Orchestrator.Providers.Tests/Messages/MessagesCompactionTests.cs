using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Providers.Messages;
using Orchestrator.Providers.Requests;
using Orchestrator.Providers.Tests.Scripted;

namespace Orchestrator.Providers.Tests.Messages;

/// <summary>The compaction that an endpoint of Messages makes: asked for, read, billed, and shown to it again.</summary>
public sealed class MessagesCompactionTests
{
    private const string Model = "native-messages/m";
    private const string Block = """{"type":"compaction","content":"Two things are done.","encrypted_content":"seal"}""";

    private static readonly string Long = new('x', 4 * MessagesCompaction.LeastTokens);

    [Fact]
    public async Task Trigger_IsAnEditThatStopsBehindIt_AndNoMessage()
    {
        RequestBody body = Write(new PromptItem.Instructions("I."), new PromptItem.UserMessage("Go."), new PromptItem.CompactionTrigger());

        using JsonDocument request = JsonDocument.Parse(await body.BytesAsync());
        Assert.Equal("compact-2026-01-12", body.Preview);
        Assert.Equal(
            """{"edits":[{"type":"compact_20260112","pause_after_compaction":true,"trigger":{"type":"input_tokens","value":50000}}]}""",
            request.RootElement.GetProperty("context_management").GetRawText());
        Assert.Equal(
            """[{"role":"user","content":[{"type":"text","text":"Go.","cache_control":{"type":"ephemeral"}}]}]""",
            request.RootElement.GetProperty("messages").GetRawText());
    }

    [Theory]
    [InlineData(Block, "compact-2026-01-12")]
    [InlineData("""{"content":"c","nested":{"type":"text"},"type":"compaction"}""", "compact-2026-01-12")]
    [InlineData("""{"type":"text","text":"\"type\":\"compaction\""}""", null)]
    public async Task CompactionThatIsShownAgain_NeedsThePreviewAndABeginning(string block, string? preview)
    {
        RequestBody body = Write(new PromptItem.Instructions("I."), Own(block), new PromptItem.UserMessage("Go."));

        using JsonDocument request = JsonDocument.Parse(await body.BytesAsync());
        Assert.Equal(preview, body.Preview);
        Assert.False(request.RootElement.TryGetProperty("context_management", out _));
        Assert.Equal(["user", "assistant", "user"], request.RootElement.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("role").GetString()));
    }

    [Fact]
    public async Task Answer_IsTheBlockAsItCameAndBilledByItsParts()
    {
        string events = string.Concat(
            MessagesEvents.Started,
            MessagesEvents.Begin(0, """{"type":"compaction","content":null}"""),
            MessagesEvents.Delta(0, """{"type":"compaction_delta","content":"Two things ","encrypted_content":"se"}"""),
            MessagesEvents.Delta(0, """{"type":"compaction_delta","content":"are done.","encrypted_content":"seal"}"""),
            MessagesEvents.End(0),
            MessagesEvents.Event("message_delta", """{"type":"message_delta","delta":{"stop_reason":"compaction"},"usage":{"input_tokens":0,"output_tokens":0,"iterations":[{"type":"compaction","input_tokens":1000,"cache_read_input_tokens":60000,"output_tokens":300},{"type":"message","input_tokens":7,"cache_creation_input_tokens":20,"output_tokens":1}]}}"""),
            MessagesEvents.Event("message_stop", """{"type":"message_stop"}"""));

        ModelReply reply = Assert.IsType<Attempt.Answered>(await MessagesReader.ReadEventsAsync(
            new MemoryStream(MessagesEvents.Bytes(events)), CancellationToken.None)).Reply;

        Assert.Equal((ReplyEnd.Completed, Block), (reply.End, Assert.Single(reply.Items).Utf8()));
        Assert.Equal(new TokenUsage(61_027, 60_000, 301, 20), reply.Usage);
        var usable = Assert.IsType<Summary.Usable>(new ProviderCompaction().Read(reply, 3, new Origin(Dialect.Messages, "m")));
        Assert.Equal((EntryKind.ProviderItem, 3), (usable.Entry.Kind, usable.Entry.Turn));
    }

    [Fact]
    public void CompactionThatFailed_IsNoSummary()
    {
        using JsonDocument answer = JsonDocument.Parse(
            """{"id":"msg_1","model":"m","stop_reason":"compaction","content":[{"type":"compaction","content":null}],"usage":{"input_tokens":1,"output_tokens":1}}""");
        ModelReply reply = Assert.IsType<Attempt.Answered>(MessagesReader.ReadWhole(answer.RootElement)).Reply;

        Assert.IsType<Summary.Unusable>(new ProviderCompaction().Read(reply, 3, new Origin(Dialect.Messages, "m")));
    }

    [Fact]
    public async Task LongConversation_IsCompactedAndGoesOnInTheScript()
    {
        await using ServedScript served = await ServedScript.StartAsync("- text: one\n- text: two\n  summary: Two things are done.\n- text: three\n");
        PromptItem[] asked = [new PromptItem.Instructions("I."), new PromptItem.UserMessage(Long)];
        ModelReply one = await served.AskAsync(Model, asked);
        asked = [.. asked, .. served.Continued(Model, one, ""), new PromptItem.UserMessage("Go on.")];
        ModelReply two = await served.AskAsync(Model, asked);
        PromptItem[] newest = [.. served.Continued(Model, two, ""), new PromptItem.UserMessage("Go on.")];

        ModelReply compacted = await served.AskAsync(Model, [.. asked, .. newest, new PromptItem.CompactionTrigger()]);
        PromptItem[] summary = [.. served.Continued(Model, compacted, "")];
        ModelReply three = await served.AskAsync(Model, [asked[0], .. summary, new PromptItem.UserMessage("What holds."), .. newest]);
        ModelReply alone = await served.AskAsync(Model, [asked[0], .. summary, new PromptItem.UserMessage("What holds.")]);

        Assert.Equal(("one", "two", "three", "three"), (one.Text, two.Text, three.Text, alone.Text));
        Assert.Equal("Two things are done.", compacted.Text);
        Assert.Single(compacted.Items);
        Assert.InRange(compacted.Usage!.InputTokens, MessagesCompaction.LeastTokens, 2 * MessagesCompaction.LeastTokens);
        Assert.True(three.Usage!.InputTokens < 1_000, $"{three.Usage}");
    }

    [Fact]
    public async Task ShortConversation_IsAnsweredAsIfNobodyHadAsked()
    {
        await using ServedScript served = await ServedScript.StartAsync("- text: one\n");

        ModelReply reply = await served.AskAsync(Model, new PromptItem.Instructions("I."), new PromptItem.UserMessage("Go."), new PromptItem.CompactionTrigger());

        Assert.Equal("one", reply.Text);
        Assert.IsType<Summary.Unusable>(new ProviderCompaction().Read(reply, 3, new Origin(Dialect.Messages, "m")));
    }

    [Theory]
    [InlineData("""{"role":"user","content":"x"}""", """{"edits":[{"type":"compact_20260112"}]}""", "context_management: Extra")]
    [InlineData("""{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"compaction","content":"c"}]},{"role":"user","content":"x"}""", null, "Input tag 'compaction'")]
    public async Task WithoutThePreview_NothingOfItIsTaken(string messages, string? management, string told)
    {
        await using ServedScript served = await ServedScript.StartAsync("- text: one\n");

        (HttpStatusCode status, JsonElement body) = await served.SendAsync(HttpMethod.Post, "messages", Body(messages, management));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(told, body.GetRawText().Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"edits":[{"type":"compact_20260112","trigger":{"type":"input_tokens","value":49999}}]}""", "greater than or equal to 50000")]
    [InlineData("""{"edits":[{"type":"compact_20260112","keep":1}]}""", "keep: Extra")]
    [InlineData("""{"edits":[{"type":"compact"}]}""", "does not match")]
    public async Task EditThatTheServiceRefuses_IsRefused(string management, string told)
    {
        await using ServedScript served = await ServedScript.StartAsync("- text: one\n");
        served.Preview = "something-else,compact-2026-01-12";

        (HttpStatusCode status, JsonElement body) = await served.SendAsync(
            HttpMethod.Post, "messages", Body("""{"role":"user","content":"x"}""", management));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(told, body.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preview_IsNamedInTheHeader()
    {
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync((http, _) => http.Response.WriteAsync(MessagesEvents.WholeAnswer));
        using EndpointClient client = Asking.Client(endpoint.BaseUrl, MessagesForm.Instance, "x-api-key");

        await client.AskAsync(Asking.Request(new PromptItem.UserMessage("Go."), new PromptItem.CompactionTrigger()), ModelCapabilities.Default, CancellationToken.None);
        await client.AskAsync(Asking.Request(new PromptItem.UserMessage("Go.")), ModelCapabilities.Default, CancellationToken.None);

        Assert.Equal(["compact-2026-01-12", ""], endpoint.Requests.Select(request => request.Headers["anthropic-beta"].ToString()));
    }

    private static string Body(string messages, string? management) =>
        $$"""{"model":"m","max_tokens":100{{(management is null ? "" : $",\"context_management\":{management}")}},"messages":[{{messages}}]}""";

    private static PromptItem.ProviderItem Own(string json) => new(Encoding.UTF8.GetBytes(json), new Origin(Dialect.Messages, "m"));

    private static RequestBody Write(params PromptItem[] prompt) => MessagesWriter.Write(Asking.Request(prompt), ModelCapabilities.Default);
}
