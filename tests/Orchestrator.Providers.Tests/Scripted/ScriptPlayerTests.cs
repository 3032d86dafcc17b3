using System.Text;
using System.Text.Json;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Requests;
using Orchestrator.Providers.Scripted;
using Orchestrator.Providers.Scripted.Responses;

namespace Orchestrator.Providers.Tests.Scripted;

public sealed class ScriptPlayerTests
{
    private const string Demo = """
        - text: I look around.
          calls: [{ tool: bash, arguments: { command: ls } }]
        - calls:
            - { tool: bash, arguments: { command: cat a.txt } }
            - { tool: bash, arguments: { command: "echo Grüße 🦊 from a long line, so that there is more than one delta to send" } }
          expect: a\.txt
        - text: Done.
        """;

    [Fact]
    public async Task Conversation_PlaysTheTurnsAndReplaysEveryItemUnchanged()
    {
        await using FakeEndpoint endpoint = await PlayAsync(Demo);
        using EndpointClient client = Asking.Client(endpoint.BaseUrl);
        List<PromptItem> prompt = [new PromptItem.Instructions("Be brief."), new PromptItem.UserMessage("Find the text.")];

        List<ModelReply> replies = [];
        for (int turn = 1; turn <= 4; turn++)
        {
            ModelReply reply = await client.AskAsync(Asking.Request([.. prompt]), default);
            replies.Add(reply);
            prompt.AddRange(reply.Items.Select(Asking.AsPrompt));
            prompt.AddRange(reply.Calls.Select(call => new PromptItem.CallOutput(call.CallId, "a.txt")));
            prompt.Add(new PromptItem.UserMessage("Go on."));
        }

        Assert.Equal(["I look around.", "", "Done.", "script ended"], replies.Select(reply => reply.Text));
        Assert.Equal([1, 2, 0, 0], replies.Select(reply => reply.Calls.Count));
        Assert.Equal("""{"command":"cat a.txt"}""", replies[1].Calls[0].Arguments);
        Assert.Equal("scripted", replies[0].Model);
        string last = Encoding.UTF8.GetString(endpoint.Requests[3].Body);
        Assert.All(replies.Take(3).SelectMany(reply => reply.Items), item => Assert.Contains(item.Utf8(), last, StringComparison.Ordinal));
        foreach ((ReceivedRequest earlier, ReceivedRequest later) in endpoint.Requests.Zip(endpoint.Requests.Skip(1)))
        {
            Assert.True(later.Body.AsSpan().StartsWith(earlier.Body.AsSpan(0, earlier.Body.Length - 2)));
        }
    }

    [Fact]
    public async Task HandOver_IsNoTurn()
    {
        await using FakeEndpoint endpoint = await PlayAsync(Demo.Replace("- text: I look around.", "- text: I look around.\n  summary: I looked.", StringComparison.Ordinal));
        using EndpointClient client = Asking.Client(endpoint.BaseUrl);
        ModelReply first = await client.AskAsync(Asking.Request(), default);
        PromptItem[] prompt =
        [
            .. Asking.Request().Prompt,
            .. first.Items.Select(Asking.AsPrompt),
            .. first.Calls.Select(call => new PromptItem.CallOutput(call.CallId, "a.txt")),
        ];
        var summarizer = new ProviderCompaction();

        ModelReply text = await client.AskAsync(Asking.Request([.. prompt, new PortableSummary().Question]), default);
        ModelReply item = await client.AskAsync(Asking.Request([.. prompt, summarizer.Question]), default);
        ModelReply next = await client.AskAsync(Asking.Request(prompt), default);

        Assert.Equal("I looked.", text.Text);
        Summary.Usable read = Assert.IsType<Summary.Usable>(summarizer.Read(item, 1, Asking.Own));
        Assert.Equal(item.Items[0].Utf8(), read.Entry.Body.Utf8());
        Assert.IsType<Summary.Unusable>(summarizer.Read(text, 1, Asking.Own));
        Assert.IsType<Summary.Unusable>(summarizer.Read(item with { Items = [item.Items[0], item.Items[0]] }, 1, Asking.Own));
        Assert.Equal(2, next.Calls.Count);
    }

    [Fact]
    public async Task RepeatedRequest_GetsTheSameAnswer()
    {
        await using FakeEndpoint endpoint = await PlayAsync(Demo);
        using EndpointClient client = Asking.Client(endpoint.BaseUrl);

        ModelReply first = await client.AskAsync(Asking.Request(), default);
        ModelReply second = await client.AskAsync(Asking.Request(), default);

        Assert.Equal(first.Items.Select(item => item.Utf8()), second.Items.Select(item => item.Utf8()));
    }

    [Fact]
    public async Task FirstAnswersCompactedAway_TheScriptGoesOn()
    {
        await using FakeEndpoint endpoint = await PlayAsync("- text: one\n- text: two\n- text: three\n- text: four\n");
        using EndpointClient client = Asking.Client(endpoint.BaseUrl);
        PromptItem third = Asking.Item(
            """{"id":"msg_scripted_3_1","type":"message","role":"assistant","status":"completed","content":[]}""");

        ModelReply reply = await client.AskAsync(Asking.Request(new PromptItem.UserMessage("Summary."), third, new PromptItem.UserMessage("Go on.")), default);

        Assert.Equal("four", reply.Text);
    }

    [Fact]
    public async Task ReasoningLeftOfABrokenAnswer_IsNoAnswer()
    {
        await using FakeEndpoint endpoint = await PlayAsync("- text: one\n  expect: Go\n- text: two\n");
        using EndpointClient client = Asking.Client(endpoint.BaseUrl);
        PromptItem left = new PromptItem.ProviderItem("""{"id":"rs_scripted_1_0","type":"reasoning","summary":[]}"""u8.ToArray(), Asking.Own);

        ModelReply reply = await client.AskAsync(Asking.Request(new PromptItem.UserMessage("Go."), left), default);

        Assert.Equal("one", reply.Text);
    }

    [Fact]
    public async Task AnswersWithoutMarks_AreCountedAsTheyStandTogether()
    {
        await using FakeEndpoint endpoint = await PlayAsync("- text: one\n- text: two\n- text: three\n");
        PromptItem foreign = new PromptItem.ProviderItem("""{"role":"assistant","content":"x"}"""u8.ToArray(), Asking.Own);
        using EndpointClient client = Asking.Client(endpoint.BaseUrl);

        ModelReply reply = await client.AskAsync(
            Asking.Request(foreign, foreign, new PromptItem.UserMessage("Hm."), foreign, new PromptItem.UserMessage("Go on.")), default);

        Assert.Equal("three", reply.Text);
    }

    [Fact]
    public async Task UnexpectedObservation_IsRefusedWithTheReason()
    {
        await using FakeEndpoint endpoint = await PlayAsync("- text: a\n  expect: '^exactly this$'\n");
        using EndpointClient client = Asking.Client(endpoint.BaseUrl);

        ProviderException exception = await Assert.ThrowsAsync<ProviderException>(
            () => client.AskAsync(Asking.Request(new PromptItem.UserMessage("something else")), default));

        Assert.Equal(ProviderFailure.Misconfigured, exception.Failure);
        Assert.Contains("Turn 1 of demo.yaml expects the newest observation to match '^exactly this$'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("something else", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("429", 2)]
    [InlineData("[500, cut, truncated, garbage, failed]", 6)]
    [InlineData("{ kind: 503, times: 3, retryAfter: 1ms }", 4)]
    [InlineData("close", 2)]
    [InlineData("incomplete", 1)]
    public async Task Failures_AreOfTheFirstRequestsOnly(string failures, int attempts)
    {
        await using FakeEndpoint endpoint = await PlayAsync($"- text: Hello, world.\n  fail: {failures}\n");
        using EndpointClient client = Asking.Client(endpoint.BaseUrl);

        ModelReply reply = await client.AskAsync(Asking.Request(), default);
        ModelReply again = await client.AskAsync(Asking.Request(), default);

        Assert.Equal(attempts, reply.Attempts);
        Assert.Equal(("Hello, world.", 1), (again.Text, again.Attempts));
    }

    [Fact]
    public async Task FailuresOfOneRun_AreNotAnothers()
    {
        await using FakeEndpoint endpoint = await PlayAsync("- text: a\n  fail: 429\n");
        using EndpointClient client = Asking.Client(endpoint.BaseUrl);

        ModelReply one = await client.AskAsync(Asking.Request() with { CacheKey = "run-1" }, default);
        ModelReply other = await client.AskAsync(Asking.Request() with { CacheKey = "run-2" }, default);

        Assert.Equal((2, 2), (one.Attempts, other.Attempts));
    }

    [Theory]
    [InlineData("contextLength", ProviderFailure.ContextTooLong, 1)]
    [InlineData("quota", ProviderFailure.QuotaSpent, 1)]
    [InlineData("401", ProviderFailure.Unauthorized, 1)]
    [InlineData("500", ProviderFailure.Overloaded, 6)]
    public async Task TurnThatOnlyFails_FailsForEver(string failure, ProviderFailure expected, int attempts)
    {
        await using FakeEndpoint endpoint = await PlayAsync($"- fail: {failure}\n");
        using EndpointClient client = Asking.Client(endpoint.BaseUrl);

        ProviderException exception = await Assert.ThrowsAsync<ProviderException>(() => client.AskAsync(Asking.Request(), default));

        Assert.Equal((expected, attempts), (exception.Failure, exception.Attempts));
    }

    [Fact]
    public async Task TokenLimitInTheMiddleOfACall_YieldsNoCall()
    {
        await using FakeEndpoint endpoint = await PlayAsync("- text: I run it.\n  calls: [{ tool: bash, arguments: { command: ls } }]\n  fail: incomplete\n");
        using EndpointClient client = Asking.Client(endpoint.BaseUrl);

        ModelReply reply = await client.AskAsync(Asking.Request(), default);

        Assert.Equal((ReplyEnd.MaxOutputTokens, 0, "I run it."), (reply.End, reply.Calls.Count, reply.Text));
    }

    [Fact]
    public async Task SecondTurn_ReportsWhatAPromptCacheWouldKnow()
    {
        await using FakeEndpoint endpoint = await PlayAsync(Demo);
        using EndpointClient client = Asking.Client(endpoint.BaseUrl);
        PromptItem task = new PromptItem.UserMessage(new string('x', 40_000));

        ModelReply first = await client.AskAsync(Asking.Request(task), default);
        ModelReply second = await client.AskAsync(
            Asking.Request([task, .. first.Items.Select(Asking.AsPrompt), new PromptItem.CallOutput(first.Calls[0].CallId, "a.txt")]), default);

        Assert.Equal(0, first.Usage.CachedInputTokens);
        Assert.InRange(second.Usage.CachedInputTokens, first.Usage.InputTokens - 256, first.Usage.InputTokens);
        Assert.True(second.Usage.InputTokens > first.Usage.InputTokens);
    }

    [Theory]
    [InlineData("""{"model":"m","input":"x","max_tokens":5}""", "unknown_parameter", "max_tokens")]
    [InlineData("""{"model":"m","input":"x","temperature":0}""", "unsupported_parameter", "temperature")]
    [InlineData("""{"model":"m","input":"x","previous_response_id":"r"}""", "unsupported_parameter", "previous_response_id")]
    [InlineData("""{"input":"x"}""", "missing_required_parameter", "model")]
    [InlineData("""{"model":"m"}""", "missing_required_parameter", "input")]
    [InlineData("""{"model":"m","input":"x","max_output_tokens":15}""", "integer_below_min_value", "max_output_tokens")]
    [InlineData("""{"model":"m","input":[{"role":"tool","content":"x"}]}""", "invalid_value", "input[0].role")]
    [InlineData("""{"model":"m","input":[{"type":"function_call","call_id":"c","name":"f"}]}""", "missing_required_parameter", "input[0].arguments")]
    [InlineData("""{"model":"m","input":[{"type":"function_call_output","call_id":"c","output":""}]}""", null, "input")]
    [InlineData("""{"model":"m","input":[{"type":"function_call","call_id":"c","name":"f","arguments":"{}"}]}""", null, "input")]
    [InlineData("""{"model":"m","input":"x","tools":[{"type":"function"}]}""", "missing_required_parameter", "tools[0].name")]
    [InlineData("""[]""", "invalid_json", null)]
    public void WrongRequest_IsRefusedAsTheServiceDoes(string body, string? code, string? parameter)
    {
        Refusal? refusal = RequestRules.FindFault(JsonDocument.Parse(body).RootElement);

        Assert.Equal((400, code, parameter), (refusal?.Status, refusal?.Code, refusal?.Parameter));
    }

    private static Task<FakeEndpoint> PlayAsync(string yaml)
    {
        ScriptPlayer player = new(ScriptReader.Parse("demo.yaml", yaml), TimeProvider.System);
        ResponsesDialect dialect = new(TimeProvider.System);
        return FakeEndpoint.StartAsync((http, _) => player.AnswerAsync(http, dialect));
    }
}
