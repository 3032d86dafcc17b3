using System.Text;
using System.Text.Json;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Chat;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Tests.Chat;

public sealed class ChatWriterTests
{
    private static readonly Origin Own = new(Dialect.Chat, "gemini-3.1-pro");

    private static readonly int[] Lengths = [2, 5, 8];

    private static readonly PromptItem[] Prompt =
    [
        new PromptItem.Instructions("Be brief."),
        new PromptItem.UserMessage("Go."),
        new PromptItem.AssistantText("First."),
        new PromptItem.AssistantCall(new RequestedCall("ported_1", "bash", "{}")),
        new PromptItem.CallOutput("ported_1", "a.txt"),
        new PromptItem.ProviderItem(Encoding.UTF8.GetBytes(ChatChunks.Message), Own),
        new PromptItem.CallOutput("call_1", "b.txt"),
        new PromptItem.CallOutput("call_2", "c.txt"),
    ];

    [Fact]
    public async Task WholePrompt_IsMessagesWithTheProvidersOwnAsReceived()
    {
        string body = await WriteAsync(ModelCapabilities.Default, Prompt);

        string[] messages =
        [
            """{"role":"system","content":"Be brief."}""",
            """{"role":"user","content":"Go."}""",
            """{"role":"assistant","content":"First.","tool_calls":[{"id":"ported_1","type":"function","function":{"name":"bash","arguments":"{}"}}]}""",
            """{"role":"tool","tool_call_id":"ported_1","content":"a.txt"}""",
            ChatChunks.Message,
            """{"role":"tool","tool_call_id":"call_1","content":"b.txt"}""",
            """{"role":"tool","tool_call_id":"call_2","content":"c.txt"}""",
        ];
        Assert.EndsWith($"\"messages\":[{string.Join(",", messages)}]}}", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnotherModelThatCalledBeforeItSpoke_IsOneMessage()
    {
        PromptItem[] prompt =
        [
            new PromptItem.AssistantCall(new RequestedCall("ported_1", "bash", "{}")),
            new PromptItem.AssistantText("Said."),
            new PromptItem.CallOutput("ported_1", "a.txt"),
        ];

        string body = await WriteAsync(ModelCapabilities.Default, prompt);

        string[] messages =
        [
            """{"role":"assistant","content":"Said.","tool_calls":[{"id":"ported_1","type":"function","function":{"name":"bash","arguments":"{}"}}]}""",
            """{"role":"tool","tool_call_id":"ported_1","content":"a.txt"}""",
        ];
        Assert.EndsWith($"\"messages\":[{string.Join(",", messages)}]}}", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "model,stream,stream_options,max_completion_tokens,parallel_tool_calls,tools,messages")]
    [InlineData(false, "model,stream,max_tokens,reasoning_effort,tools,messages")]
    public async Task Capabilities_SayWhatIsSent(bool isModern, string members)
    {
        ModelCapabilities old = new() { OutputLimit = OutputLimit.MaxTokens, ParallelToolCalls = false, StreamUsage = false, ReasoningEffort = "low" };

        using JsonDocument body = JsonDocument.Parse(await WriteAsync(isModern ? ModelCapabilities.Default : old, Prompt));

        Assert.Equal(members, string.Join(",", body.RootElement.EnumerateObject().Select(member => member.Name)));
    }

    [Fact]
    public async Task NextTurn_StartsWithTheBytesOfTheLastOne()
    {
        string[] bodies = await Task.WhenAll(Lengths.Select(length => WriteAsync(ModelCapabilities.Default, Prompt[..length])));

        Assert.All(bodies.Zip(bodies.Skip(1)), pair => Assert.StartsWith(pair.First[..^"]}".Length], pair.Second, StringComparison.Ordinal));
    }

    private static async Task<string> WriteAsync(ModelCapabilities capabilities, params PromptItem[] prompt) =>
        Encoding.UTF8.GetString(await ChatWriter.Write(Asking.Request(prompt), capabilities).BytesAsync());
}
