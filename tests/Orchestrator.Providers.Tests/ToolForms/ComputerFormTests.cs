using System.Net;
using System.Text.Json;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Providers.Chat;
using Orchestrator.Providers.Messages;
using Orchestrator.Providers.Requests;
using Orchestrator.Providers.Responses;
using Orchestrator.Providers.Tests.Schema;
using Orchestrator.Providers.Tests.Scripted;

namespace Orchestrator.Providers.Tests.ToolForms;

/// <summary>The screen in each dialect: its calls, and pictures as outputs.</summary>
public sealed class ComputerFormTests
{
    private const string Done = "exit code 0, 0.5 s\n(no output)";
    private const string Url = "data:image/png;base64,iVBORw0KGgo=";
    private const string Call = """{"id":"cu_1","type":"computer_call","call_id":"c1","status":"completed","actions":[{"type":"click","x":1,"y":2,"button":"left"}],"pending_safety_checks":[]}""";
    private const string Checked = """{"id":"cu_1","type":"computer_call","call_id":"c1","status":"completed","actions":[{"type":"wait"}],"pending_safety_checks":[{"id":"sc_1","code":"malicious_instructions","message":"Look."}]}""";

    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];
    private static readonly ModelCapabilities Native = new() { Computer = ToolForm.Native };

    private static readonly ToolDefinition[] Tools =
    [
        Asking.Bash,
        new(ToolNames.Computer, "Acts.", """{"type":"object","properties":{"actions":{"type":"array","items":{"type":"object"}}}}""", EffectClass.Contained)
        {
            Screen = new ScreenSize(1280, 800),
        },
    ];

    [Theory]
    [InlineData(Call, """{"actions":[{"type":"click","x":1,"y":2,"button":"left"}]}""")]
    [InlineData(Checked, """{"actions":[{"type":"wait"}],"pending_safety_checks":[{"id":"sc_1","code":"malicious_instructions","message":"Look."}]}""")]
    [InlineData("""{"id":"cu_1","type":"computer_call","call_id":"c1","status":"completed","action":{"type":"wait"},"pending_safety_checks":[]}""", """{"action":{"type":"wait"}}""")]
    public void ResponsesCall_IsOurToolWithItsActionsAndChecks(string item, string arguments) =>
        Assert.Equal(new RequestedCall("c1", "computer", arguments), Assert.Single(ResponsesItem.Parse(Asking.Item(item).Json, isCut: false).Calls));

    [Fact]
    public void ResponsesCallWithoutActions_BreaksTheDialect() => Assert.Throws<JsonException>(
        () => ResponsesItem.Parse(Asking.Item("""{"id":"cu_1","type":"computer_call","call_id":"c1","status":"completed","pending_safety_checks":[]}""").Json, isCut: false));

    [Theory]
    [InlineData(Call, Done, true, $$$"""{"type":"computer_call_output","call_id":"c1","output":{"type":"computer_screenshot","image_url":"{{{Url}}}"}}""")]
    [InlineData(Checked, Done, true, $$$"""{"type":"computer_call_output","call_id":"c1","output":{"type":"computer_screenshot","image_url":"{{{Url}}}"},"acknowledged_safety_checks":[{"id":"sc_1","code":"malicious_instructions","message":"Look."}]}""")]
    [InlineData(Call, "exit code 1, 0.5 s\nError: no.\n", true, $$$"""{"type":"computer_call_output","call_id":"c1","output":{"type":"computer_screenshot","image_url":"{{{Url}}}"}},{"type":"message","role":"user","content":"What the computer tool says of its last call:\nexit code 1, 0.5 s\nError: no.\n"}""")]
    public async Task ResponsesOutput_IsAPicture_AndWordsStandBehindIt(string call, string observation, bool hasPicture, string items)
    {
        string body = await RespondedAsync(call, observation, hasPicture ? Png : null);

        Assert.Contains("\"tools\":[{\"type\":\"function\",\"name\":\"bash\"", body, StringComparison.Ordinal);
        Assert.Contains(",{\"type\":\"computer\"}]", body, StringComparison.Ordinal);
        Assert.EndsWith($",{call},{items}]}}", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ResponsesCallThatWasRefused_HasAPictureOfNothingAndTheReason()
    {
        string body = await RespondedAsync(Checked, "[status: not_started | reason: approval_denied]\nA person denied this call.", null);

        JsonElement input = JsonDocument.Parse(body).RootElement.GetProperty("input");
        string url = input[2].GetProperty("output").GetProperty("image_url").GetString()!;
        Assert.Equal(Png, Convert.FromBase64String(url.Split(',')[1])[..8]);
        Assert.Equal("sc_1", input[2].GetProperty("acknowledged_safety_checks")[0].GetProperty("id").GetString());
        Assert.Contains("A person denied", input[3].GetProperty("content").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ResponsesFunctionOutput_HasWordsAndAPicture()
    {
        string body = await RespondedAsync(
            """{"id":"fc_1","type":"function_call","status":"completed","call_id":"c1","name":"computer","arguments":"{\"actions\":[]}"}""", Done, Png, ModelCapabilities.Default);

        Assert.EndsWith(
            $$"""{"type":"function_call_output","call_id":"c1","output":[{"type":"input_text","text":"exit code 0, 0.5 s\n(no output)"},{"type":"input_image","image_url":"{{Url}}"}]}]}""",
            body,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_HaveTheVendorsToolWithItsScreenAndPreview()
    {
        RequestBody body = MessagesWriter.Write(Asking.Request() with { Tools = Tools }, Native);

        Assert.Equal("computer-use-2025-11-24", body.Preview);
        Assert.Contains(
            """{"type":"computer_20251124","name":"computer","display_width_px":1280,"display_height_px":800,"enable_zoom":true}""",
            System.Text.Encoding.UTF8.GetString(await body.BytesAsync()),
            StringComparison.Ordinal);
        Assert.Null(MessagesWriter.Write(Asking.Request() with { Tools = Tools }, ModelCapabilities.Default).Preview);
    }

    [Fact]
    public async Task Chat_ShowsPicturesBehindAllOutputsOfAnAnswer()
    {
        ModelRequest request = Asking.Request(
            new PromptItem.UserMessage("Go."),
            new PromptItem.AssistantCall(new RequestedCall("c1", "computer", "{}")),
            new PromptItem.AssistantCall(new RequestedCall("c2", "bash", "{}")),
            new PromptItem.CallOutput("c1", Done) { Screenshot = Png },
            new PromptItem.CallOutput("c2", "x"),
            new PromptItem.UserMessage("On.")) with
        { Tools = Tools };

        JsonElement messages = JsonDocument.Parse(await ChatWriter.Write(request, Native).BytesAsync()).RootElement.GetProperty("messages");

        Assert.Equal(["user", "assistant", "tool", "tool", "user", "user"], messages.EnumerateArray().Select(message => message.GetProperty("role").GetString()));
        Assert.Equal(Url, messages[4].GetProperty("content")[1].GetProperty("image_url").GetProperty("url").GetString());
    }

    [Fact]
    public void AScreenshot_IsPartOfItsOutput()
    {
        PromptItem item = Assert.Single(TranscriptEntry.PromptOf([TranscriptEntry.Observation(1, "c1", Done), TranscriptEntry.Screenshot(1, "c1", Png)]));

        Assert.Equal(Png, Assert.IsType<PromptItem.CallOutput>(item).Screenshot!.Value.ToArray());
    }

    /// <summary>By each dialect and form to the strict endpoint and back, with the picture.</summary>
    [Theory]
    [InlineData("native-responses/m", "computer_call")]
    [InlineData("responses/m", "function_call")]
    [InlineData("native-messages/m", "tool_use")]
    [InlineData("messages/m", "tool_use")]
    [InlineData("chat/m", "")]
    public async Task EachForm_GoesThereAndBack(string model, string type)
    {
        await using ServedScript served = await ServedScript.StartAsync(
            """
            - calls: [{ tool: computer, arguments: { actions: [{ type: click, x: 1, y: 2, button: left }], pending_safety_checks: [{ id: sc_1 }] } }]
            - text: Done.
            """);
        PromptItem[] prompt = [new PromptItem.UserMessage("Go.")];

        ModelReply reply = await served.AskAsync(model, Tools, prompt);
        ModelReply next = await served.AskAsync(
            model, Tools, [.. prompt, .. served.Continued(model, reply, Done).Select(item => item is PromptItem.CallOutput output ? output with { Screenshot = Png } : item)]);

        Assert.Contains("\"actions\":[{\"type\":\"click\",\"x\":1,\"y\":2,\"button\":\"left\"}]", Assert.Single(reply.Calls).Arguments.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal("Done.", next.Text);
        Assert.Contains(reply.Items, item => type.Length == 0 || JsonDocument.Parse(item).RootElement.GetProperty("type").GetString() == type);
    }

    [Theory]
    [InlineData("""{"type":"computer","environment":"linux"}""", null, "Unknown parameter: 'tools[0].environment'")]
    [InlineData(null, """{"type":"computer_call","id":"cu_1","call_id":"c","status":"completed","actions":[]}""", "input[0].pending_safety_checks")]
    [InlineData(null, $$$"""{{{Call}}},{"type":"computer_call_output","call_id":"c1","output":{"type":"input_image","image_url":"x"}}""", "input[1].output.type")]
    [InlineData(null, $$$"""{{{Call}}},{"type":"computer_call_output","call_id":"c1","output":{"type":"computer_screenshot"}}""", "input[1].output.image_url")]
    [InlineData(null, $$$"""{{{Call}}},{"type":"computer_call_output","call_id":"c1","output":{"type":"computer_screenshot","image_url":"{{{Url}}}"},"text":"x"}""", "Unknown parameter: 'input[1].text'")]
    [InlineData(null, $$$"""{{{Checked}}},{"type":"computer_call_output","call_id":"c1","output":{"type":"computer_screenshot","image_url":"{{{Url}}}"}}""", "not acknowledged: sc_1")]
    [InlineData(null, $$$"""{{{Call}}},{"type":"function_call_output","call_id":"c1","output":"x"}""", "No tool call found for function call output")]
    [InlineData(null, Call, "No tool output found for computer call c1")]
    public async Task WhatTheServiceRefuses_IsRefused(string? tool, string? items, string message)
    {
        await using ServedScript served = await ServedScript.StartAsync("- text: Hello.\n");

        (HttpStatusCode status, JsonElement answer) = await served.SendAsync(
            HttpMethod.Post, "responses", $$"""{"model":"m","input":[{{items}}],"tools":[{{tool}}]}""");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(message, answer.GetProperty("error").GetProperty("message").GetString() + answer.GetProperty("error").GetProperty("param").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("computer-use-2025-11-24", """{"type":"computer_20251124","name":"computer","display_width_px":1}""", "display_height_px: Field required")]
    [InlineData("computer-use-2025-11-24", """{"type":"computer_20251124","name":"screen","display_width_px":1,"display_height_px":1}""", "Input should be 'computer'")]
    [InlineData(null, """{"type":"computer_20251124","name":"computer","display_width_px":1,"display_height_px":1}""", "does not match any of the expected tags")]
    public async Task WhatTheMessagesServiceRefuses_IsRefused(string? preview, string tool, string message)
    {
        await using ServedScript served = await ServedScript.StartAsync("- text: Hello.\n");
        served.Preview = preview;

        (HttpStatusCode status, JsonElement answer) = await served.SendAsync(
            HttpMethod.Post, "messages", $$"""{"model":"m","max_tokens":100,"messages":[{"role":"user","content":"Hi."}],"tools":[{{tool}}]}""");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(message, answer.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static async Task<string> RespondedAsync(string call, string observation, byte[]? png, ModelCapabilities? capabilities = null)
    {
        ModelRequest request = Asking.Request(
            new PromptItem.UserMessage("Go."),
            Asking.Item(call),
            new PromptItem.CallOutput("c1", observation) { Screenshot = png is null ? null : (ReadOnlyMemory<byte>?)png }) with
        { Tools = Tools };
        byte[] body = await RequestWriter.Write(request, capabilities ?? Native).BytesAsync();
        Assert.Empty(RequestSchema.Find()?.Validate(body) ?? []);
        return System.Text.Encoding.UTF8.GetString(body);
    }
}
