using System.Text;
using System.Text.Json;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Messages;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Tests.Messages;

public sealed class MessagesWriterTests
{
    private static readonly Origin Own = new(Dialect.Messages, "claude-opus-4-7");

    [Fact]
    public async Task WholePrompt_IsMessagesInTurnsWithThreeBreakpoints()
    {
        string body = await WriteAsync(
            new ModelCapabilities { AdaptiveThinking = true },
            new PromptItem.Instructions("Be brief."),
            new PromptItem.UserMessage("Go."),
            Item(MessagesEvents.Thought),
            Item(MessagesEvents.Call),
            new PromptItem.CallOutput("toolu_1", "a.txt"),
            new PromptItem.UserMessage("And on."));

        Assert.Equal(
            """{"model":"gpt-5.5","max_tokens":16384,"stream":true,"thinking":{"type":"adaptive"},"tools":[{"name":"bash","description":"Runs a command.","input_schema":{"type":"object","properties":{"command":{"type":"string"}},"required":["command"]}}],"tool_choice":{"type":"auto","disable_parallel_tool_use":true},"system":[{"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral"}}],"messages":["""
            + """{"role":"user","content":[{"type":"text","text":"Go.","cache_control":{"type":"ephemeral"}}]},"""
            + $$"""{"role":"assistant","content":[{{MessagesEvents.Thought}},{{MessagesEvents.Call}}]},"""
            + """{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"a.txt"},{"type":"text","text":"And on.","cache_control":{"type":"ephemeral"}}]}]}""",
            body);
    }

    [Fact]
    public async Task LongRun_HasNoMoreBreakpointsThanAreAllowed()
    {
        PromptItem[] turn = [Item(MessagesEvents.Call), new PromptItem.CallOutput("toolu_1", "a.txt")];

        string body = await WriteAsync(
            ModelCapabilities.Default, [new PromptItem.Instructions("I."), new PromptItem.UserMessage("Go."), .. Enumerable.Repeat(turn, 50).SelectMany(items => items)]);

        Assert.Equal(3, body.Split("cache_control").Length - 1);
    }

    [Fact]
    public async Task NextTurn_StartsWithTheLastOneButForTheBreakpoints()
    {
        PromptItem[] prompt =
        [
            new PromptItem.Instructions("Be brief."), new PromptItem.UserMessage("Zeile – äöü 🦊\u2028"), Item(MessagesEvents.Thought), Item(MessagesEvents.Call),
            new PromptItem.CallOutput("toolu_1", "a.txt"), Item(MessagesEvents.Text), new PromptItem.UserMessage("Go on."),
        ];
        int[] turns = [2, 5, 7];

        string[] bodies = await Task.WhenAll(turns.Select(async length =>
            (await WriteAsync(ModelCapabilities.Default, prompt[..length])).Replace(""","cache_control":{"type":"ephemeral"}""", "", StringComparison.Ordinal)));

        Assert.All(bodies.Zip(bodies.Skip(1)), pair => Assert.StartsWith(pair.First[..^"]}".Length], pair.Second, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://h", "/v1/messages")]
    [InlineData("https://h/v1", "/messages")]
    [InlineData("https://h/anthropic", "/v1/messages")]
    public void Address_NeedNotNameTheVersion(string baseUrl, string path) =>
        Assert.Equal(path, MessagesConnection.AddressOf(new Uri(baseUrl), "messages")[baseUrl.Length..]);

    private static PromptItem.ProviderItem Item(string json) => new(Encoding.UTF8.GetBytes(json), Own);

    private static async Task<string> WriteAsync(ModelCapabilities capabilities, params PromptItem[] prompt)
    {
        byte[] body = await MessagesWriter.Write(Asking.Request(prompt), capabilities).BytesAsync();
        using JsonDocument valid = JsonDocument.Parse(body);
        return Encoding.UTF8.GetString(body);
    }
}
