using System.Text.Json;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Models;

namespace Orchestrator.Providers.Tests.Scripted;

/// <summary>Every dialect of a scripted model, as the product's own client speaks it.</summary>
public sealed class DialectTests
{
    private const string Demo = """
        - text: I look around.
          calls: [{ tool: bash, arguments: { command: ls } }]
          summary: I looked.
        - calls:
            - { tool: bash, arguments: { command: cat a.txt } }
            - { tool: bash, arguments: { command: "echo Grüße 🦊 from a long line, so that there is more than one delta to send" } }
          expect: a\.txt
          usage: { inputTokens: 5000, cachedInputTokens: 4096, outputTokens: 7 }
        - text: Done.
        """;

    private static readonly PromptItem[] Task = [new PromptItem.Instructions("Be brief."), new PromptItem.UserMessage("Find the text.")];

    public static IEnumerable<object[]> Models { get; } = ServedScript.Models.Select(model => new object[] { model });

    public static IEnumerable<object[]> Pairs { get; } =
        from first in ServedScript.Models
        from second in ServedScript.Models
        where first != second
        select new object[] { first, second };

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Conversation_PlaysTheTurnsWithCallsAndTheirResults(string model)
    {
        await using ServedScript served = await ServedScript.StartAsync(Demo);
        List<PromptItem> prompt = [.. Task];
        List<ModelReply> replies = [];

        for (int turn = 1; turn <= 4; turn++)
        {
            ModelReply reply = await served.AskAsync(model, prompt);
            replies.Add(reply);
            prompt.AddRange([.. served.Continued(model, reply, "a.txt"), new PromptItem.UserMessage("Go on.")]);
        }

        Assert.Equal(["I look around.", "", "Done.", "script ended"], replies.Select(reply => reply.Text));
        Assert.Equal([1, 2, 0, 0], replies.Select(reply => reply.Calls.Count));
        Assert.Equal("bash", replies[1].Calls[1].Tool);
        Assert.StartsWith("echo Grüße 🦊 from a long line", JsonDocument.Parse(replies[1].Calls[1].Arguments).RootElement.GetProperty("command").GetString(), StringComparison.Ordinal);
        Assert.Equal((5000, 4096, 7), (replies[1].Usage.InputTokens, replies[1].Usage.CachedInputTokens, replies[1].Usage.OutputTokens));
        Assert.All(replies, reply => Assert.Equal(("scripted", 1, ReplyEnd.Completed), (reply.Model, reply.Attempts, reply.End)));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task RepeatedRequest_GetsTheSameAnswer(string model)
    {
        await using ServedScript served = await ServedScript.StartAsync(Demo);

        ModelReply first = await served.AskAsync(model, Task);
        ModelReply second = await served.AskAsync(model, Task);

        Assert.Equal(first.Items.Select(item => item.Utf8()), second.Items.Select(item => item.Utf8()));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task HandOver_IsNoTurn(string model)
    {
        await using ServedScript served = await ServedScript.StartAsync(Demo);
        ModelReply first = await served.AskAsync(model, Task);
        PromptItem[] prompt = [.. Task, .. served.Continued(model, first, "a.txt")];

        ModelReply summary = await served.AskAsync(model, [.. prompt, new PortableSummary().Question]);
        ModelReply next = await served.AskAsync(model, prompt);

        Assert.Equal("I looked.", summary.Text);
        Assert.Equal(2, next.Calls.Count);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task UnexpectedObservation_IsRefusedWithTheReason(string model)
    {
        await using ServedScript served = await ServedScript.StartAsync(Demo);
        ModelReply first = await served.AskAsync(model, Task);

        ProviderException exception = await Assert.ThrowsAsync<ProviderException>(
            () => served.AskAsync(model, [.. Task, .. served.Continued(model, first, "nothing here")]));

        Assert.Equal(ProviderFailure.Misconfigured, exception.Failure);
        Assert.Contains("nothing here", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task LongPrompt_IsInTheCacheAtTheSecondTurn(string model)
    {
        await using ServedScript served = await ServedScript.StartAsync("- calls: [{ tool: bash, arguments: { command: ls } }]\n- text: Done.\n");
        PromptItem[] task = [new PromptItem.Instructions("Be brief."), new PromptItem.UserMessage(new string('x', 40_000))];

        ModelReply first = await served.AskAsync(model, task);
        ModelReply second = await served.AskAsync(model, [.. task, .. served.Continued(model, first, "a.txt")]);

        Assert.Equal(0, first.Usage.CachedInputTokens);
        Assert.InRange(second.Usage.CachedInputTokens, first.Usage.InputTokens - 256, first.Usage.InputTokens);
        Assert.True(second.Usage.InputTokens > first.Usage.InputTokens);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task SwitchOfDialects_GoesOnInTheScript(string first, string second)
    {
        await using ServedScript served = await ServedScript.StartAsync(Demo);
        List<PromptItem> prompt = [.. Task];
        List<string> texts = [];

        foreach (string model in new[] { first, second, first })
        {
            ModelReply reply = await served.AskAsync(model, prompt);
            texts.Add(reply.Text);
            prompt.AddRange(served.Continued(model, reply, "a.txt"));
        }

        Assert.Equal(["I look around.", "", "Done."], texts);
    }
}
