using System.Net;
using System.Text.Json;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Providers.Tests.Scripted;

/// <summary>The scripted model offered tools in the vendors' own forms: it calls them so, and takes back nothing else.</summary>
public sealed class ToolFormTests
{
    private const string Script =
        """
        - calls:
          - { tool: apply_patch, arguments: { operation: { type: delete_file, path: a } } }
          - { tool: bash, arguments: { command: ls, timeout_seconds: 3 } }
          - { tool: shell, arguments: { commands: [cd src, ls] } }
          - { tool: apply_patch, arguments: { input: "*** Begin Patch" } }
          - { tool: str_replace_based_edit_tool, arguments: { command: view, path: a } }
        - expect: "exit code 0, 0.1 s|^fine"
          text: Done.
        """;

    private static readonly ToolDefinition[] Tools =
    [
        new(ToolNames.ApplyPatch, "Patches.", """{"type":"object","properties":{"input":{"type":"string"}}}""", EffectClass.Redo),
        Asking.Bash,
        new(ToolNames.TextEditor, "Edits.", """{"type":"object","properties":{"command":{"type":"string"}}}""", EffectClass.Redo),
    ];

    [Theory]
    [InlineData("native-responses/m", "apply_patch_call shell_call shell_call function_call function_call")]
    [InlineData("custom/m", "function_call function_call function_call custom_tool_call function_call")]
    [InlineData("responses/m", "function_call function_call function_call function_call function_call")]
    [InlineData("native-messages/m", "tool_use tool_use tool_use tool_use tool_use")]
    public async Task EachForm_GoesThereAndBack(string model, string types)
    {
        await using ServedScript served = await ServedScript.StartAsync(Script);
        PromptItem[] prompt = [new PromptItem.UserMessage("Go.")];

        ModelReply reply = await served.AskAsync(model, Tools, prompt);
        ModelReply next = await served.AskAsync(model, Tools, [.. prompt, .. served.Continued(model, reply, "exit code 0, 0.1 s\nfine")]);

        Assert.Equal(types.Split(' '), reply.Items.Select(TypeOf).Where(type => type is not ("reasoning" or "thinking")));
        Assert.Equal(
            ["apply_patch", "bash", model == "native-responses/m" ? "bash" : "shell", "apply_patch", "str_replace_based_edit_tool"],
            reply.Calls.Select(call => call.Tool));
        Assert.Equal(model == "native-responses/m" ? """{"command":"cd src\nls"}""" : """{"commands":["cd src","ls"]}""", reply.Calls[2].Arguments);
        Assert.Equal("Done.", next.Text);
    }

    [Theory]
    [InlineData("native-responses/m", "{ tool: bash, arguments: { command: rm -rf a } }")]
    [InlineData("native-responses/m", "{ tool: apply_patch, arguments: { operation: { type: delete_file, path: a } } }")]
    [InlineData("custom/m", "{ tool: apply_patch, arguments: { input: \"*** Begin Patch and more\" } }")]
    public async Task CallThatIsCut_IsNoCall(string model, string call)
    {
        await using ServedScript served = await ServedScript.StartAsync($"- calls: [{call}]\n  fail: incomplete\n");

        ModelReply reply = await served.AskAsync(model, Tools, new PromptItem.UserMessage("Go."));

        Assert.Equal((ReplyEnd.MaxOutputTokens, 0, 0), (reply.End, reply.Calls.Count, reply.Items.Count));
    }

    [Theory]
    [InlineData("""{"type":"bash"}""", null, "Invalid value: 'bash'")]
    [InlineData("""{"type":"apply_patch","name":"apply_patch"}""", null, "Unknown parameter: 'tools[0].name'")]
    [InlineData("""{"type":"shell","environment":{"type":"remote"}}""", null, "Invalid value: 'remote'")]
    [InlineData("""{"type":"custom","format":{"type":"text"}}""", null, "tools[0].name")]
    [InlineData("""{"type":"custom","name":"f","format":{"type":"grammar","syntax":"ebnf","definition":""}}""", null, "Invalid value: 'ebnf'")]
    [InlineData("""{"type":"custom","name":"f","format":{"type":"grammar","syntax":"lark"}}""", null, "tools[0].format.definition")]
    [InlineData(null, """{"type":"custom_tool_call","call_id":"c","name":"f"}""", "input[0].input")]
    [InlineData(null, """{"type":"custom_tool_call","call_id":"c","name":"f","input":""},{"type":"function_call_output","call_id":"c","output":""}""", "No tool call found for function call output with call_id c")]
    [InlineData(null, """{"type":"custom_tool_call","call_id":"c","name":"f","input":""}""", "No tool output found for custom tool call c")]
    [InlineData(null, """{"type":"apply_patch_call","call_id":"c","status":"completed","operation":{"type":"move_file"}}""", "Invalid value: 'move_file'")]
    [InlineData(null, """{"type":"apply_patch_call","call_id":"c","status":"completed","operation":{"type":"create_file","path":"a"}}""", "input[0].operation.diff")]
    [InlineData(null, """{"type":"apply_patch_call_output","call_id":"c","status":"done"}""", "Invalid value: 'done'")]
    [InlineData(null, """{"type":"shell_call","call_id":"c","action":{}}""", "input[0].action.commands")]
    [InlineData(null, """{"type":"shell_call_output","call_id":"c","output":"x"}""", "expected an array of objects")]
    [InlineData(null, """{"type":"shell_call_output","call_id":"c","output":[{"stdout":"","stderr":"","outcome":{"type":"exit"}}]}""", "outcome.exit_code")]
    public async Task WhatTheServiceRefuses_IsRefused(string? tool, string? items, string message)
    {
        await using ServedScript served = await ServedScript.StartAsync("- text: Hello.\n");

        (HttpStatusCode status, JsonElement answer) = await served.SendAsync(
            HttpMethod.Post, "responses", $$"""{"model":"m","input":[{{items}}],"tools":[{{tool}}]}""");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(message, answer.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"bash_20250124","name":"shell"}""", "tools.0.bash_20250124.name: Input should be 'bash'")]
    [InlineData("""{"type":"bash_20250124","name":"bash","input_schema":{"type":"object"}}""", "tools.0.bash_20250124.input_schema: Extra inputs")]
    [InlineData("""{"type":"text_editor_20250728","name":"str_replace_editor"}""", "Input should be 'str_replace_based_edit_tool'")]
    public async Task WhatTheMessagesServiceRefuses_IsRefused(string tool, string message)
    {
        await using ServedScript served = await ServedScript.StartAsync("- text: Hello.\n");

        (HttpStatusCode status, JsonElement answer) = await served.SendAsync(
            HttpMethod.Post, "messages", $$"""{"model":"m","max_tokens":100,"messages":[{"role":"user","content":"Hi."}],"tools":[{{tool}}]}""");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(message, answer.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static string TypeOf(ReadOnlyMemory<byte> item) => JsonDocument.Parse(item).RootElement.GetProperty("type").GetString()!;
}
