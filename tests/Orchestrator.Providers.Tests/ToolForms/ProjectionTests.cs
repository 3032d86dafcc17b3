using System.Text.Json;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;
using Orchestrator.Providers.Chat;
using Orchestrator.Providers.Messages;
using Orchestrator.Providers.Requests;
using Orchestrator.Providers.Responses;
using Orchestrator.Providers.Tests.Schema;

namespace Orchestrator.Providers.Tests.ToolForms;

/// <summary>One tool in each form, and each form's calls and outputs.</summary>
public sealed class ProjectionTests
{
    private const string Custom = """{"id":"ctc_1","type":"custom_tool_call","call_id":"c1","name":"apply_patch","input":"*** Begin Patch\n*** Add File: a\n+ä\n*** End Patch\n"}""";
    private const string Patch = """{"id":"apc_1","type":"apply_patch_call","status":"completed","call_id":"c2","operation":{"type":"update_file","path":"a","diff":"-ä\n+b"}}""";
    private const string Shell = """{"id":"sh_1","type":"shell_call","status":"completed","call_id":"c3","environment":null,"action":{"commands":["cd src","ls"],"timeout_ms":1500,"max_output_length":4000}}""";
    private const string Function = """{"id":"fc_1","type":"function_call","status":"completed","call_id":"c4","name":"apply_patch","arguments":"{\"input\":\"x\"}"}""";

    private static readonly ToolDefinition[] Tools =
    [
        new(ToolNames.ApplyPatch, "Patches.", """{"type":"object","properties":{"input":{"type":"string"}}}""", EffectClass.Redo),
        Asking.Bash,
        new(ToolNames.TextEditor, "Edits.", """{"type":"object","properties":{"command":{"type":"string"}}}""", EffectClass.Redo),
    ];

    private static readonly ModelCapabilities Native = new() { ApplyPatch = ToolForm.Native, Bash = ToolForm.Native, TextEditor = ToolForm.Native };

    [Fact]
    public void Responses_OffersEachFormByCapability()
    {
        Assert.Equal(["function:apply_patch", "function:bash", "function:str_replace_based_edit_tool"], Offered(ModelCapabilities.Default));
        Assert.Equal(["custom:apply_patch", "function:bash", "function:str_replace_based_edit_tool"], Offered(new() { ApplyPatch = ToolForm.Custom }));
        Assert.Equal(["apply_patch:", "shell:", "function:str_replace_based_edit_tool"], Offered(Native));
    }

    [Fact]
    public async Task Messages_OffersEachFormByCapability()
    {
        Assert.Equal("""[{"name":"apply_patch","description":"Patches.","input_schema":{"type":"object","properties":{"input":{"type":"string"}}}},{"type":"bash_20250124","name":"bash"},{"type":"text_editor_20250728","name":"str_replace_based_edit_tool"}]""", await ToolsOf(Native));
        Assert.DoesNotContain("20250", await ToolsOf(ModelCapabilities.Default), StringComparison.Ordinal);

        static async Task<string> ToolsOf(ModelCapabilities capabilities) =>
            JsonDocument.Parse(await MessagesWriter.Write(Asking.Request() with { Tools = Tools }, capabilities).BytesAsync()).RootElement.GetProperty("tools").GetRawText();
    }

    [Fact]
    public async Task Chat_OffersFunctionsAlone()
    {
        byte[] body = await ChatWriter.Write(Asking.Request() with { Tools = Tools }, Native).BytesAsync();

        Assert.Equal(
            ["function", "function", "function"],
            JsonDocument.Parse(body).RootElement.GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("type").GetString()));
    }

    [Theory]
    [InlineData(Custom, "c1", "apply_patch", """{"input":"*** Begin Patch\n*** Add File: a\n+ä\n*** End Patch\n"}""")]
    [InlineData(Patch, "c2", "apply_patch", """{"operation":{"type":"update_file","path":"a","diff":"-ä\n+b"}}""")]
    [InlineData(Shell, "c3", "bash", """{"command":"cd src\nls","timeout_seconds":2}""")]
    [InlineData(Function, "c4", "apply_patch", """{"input":"x"}""")]
    public void Call_OfWhateverForm_BecomesAToolWithArguments(string item, string id, string tool, string arguments)
    {
        OutputItem read = ResponsesItem.Parse(Asking.Item(item).Json, isCut: false);

        Assert.Equal(new RequestedCall(id, tool, arguments), Assert.Single(read.Calls));
        Assert.Equal(item, read.Json.Utf8());
    }

    [Theory]
    [InlineData("""{"type":"custom_tool_call","name":"apply_patch","input":""}""")]
    [InlineData("""{"type":"custom_tool_call","call_id":"c","input":""}""")]
    [InlineData("""{"type":"apply_patch_call","status":"completed","call_id":"c"}""")]
    [InlineData("""{"type":"shell_call","call_id":"c"}""")]
    [InlineData("""{"type":"shell_call","call_id":"c","action":{"commands":[1]}}""")]
    [InlineData("""{"type":"shell_call","call_id":"c","action":{"commands":["\ud83e"]}}""")]
    public void CallThatCannotBeAnswered_BreaksTheDialect(string item) =>
        Assert.Throws<JsonException>(() => ResponsesItem.Parse(Asking.Item(item).Json, isCut: false));

    [Theory]
    [InlineData(Custom, true)]
    [InlineData(Patch, false)]
    [InlineData(Function, false)]
    [InlineData("""{"type":"shell_call","status":"incomplete","call_id":"c","action":{"commands":["rm -rf a"]}}""", true)]
    [InlineData("""{"type":"apply_patch_call","status":"in_progress","call_id":"c","operation":{"type":"delete_file","path":"a"}}""", true)]
    public void CallThatMayBeHalf_AtTheEndOfACutAnswer_IsNoCall(string item, bool isHalf)
    {
        OutputItem read = ResponsesItem.Parse(Asking.Item(item).Json, isCut: true);

        Assert.Equal((isHalf, isHalf ? 0 : 1), (read.IsHalfACall, read.Calls.Count));
    }

    [Theory]
    [InlineData(Custom, "exit code 0, 0.1 s\ndone", """{"type":"custom_tool_call_output","call_id":"c1","output":"exit code 0, 0.1 s\ndone"}""")]
    [InlineData(Patch, "exit code 0, 0.1 s\ndone", """{"type":"apply_patch_call_output","call_id":"c2","status":"completed","output":"exit code 0, 0.1 s\ndone"}""")]
    [InlineData(Patch, "exit code 1, 0.1 s\nError", """{"type":"apply_patch_call_output","call_id":"c2","status":"failed","output":"exit code 1, 0.1 s\nError"}""")]
    [InlineData(Patch, "[status: not_started | reason: approval_denied]\nNo.", """{"type":"apply_patch_call_output","call_id":"c2","status":"failed","output":"[status: not_started | reason: approval_denied]\nNo."}""")]
    [InlineData(Shell, "exit code 3, 0.1 s\na\nb", """{"type":"shell_call_output","call_id":"c3","output":[{"stdout":"a\nb","stderr":"","outcome":{"type":"exit","exit_code":3}}],"max_output_length":4000}""")]
    [InlineData(Shell, "[status: timed_out | killed after 2.0 s (wall clock)]\na", """{"type":"shell_call_output","call_id":"c3","output":[{"stdout":"a","stderr":"[status: timed_out | killed after 2.0 s (wall clock)]","outcome":{"type":"timeout"}}],"max_output_length":4000}""")]
    [InlineData(Shell, "[status: interrupted | started once]\nLook.", """{"type":"shell_call_output","call_id":"c3","output":[{"stdout":"","stderr":"[status: interrupted | started once]\nLook.","outcome":{"type":"exit","exit_code":1}}],"max_output_length":4000}""")]
    [InlineData(Function, "exit code 0, 0.1 s\ndone", """{"type":"function_call_output","call_id":"c4","output":"exit code 0, 0.1 s\ndone"}""")]
    public async Task Output_GoesBackAsTheItemOfItsCall(string call, string observation, string output)
    {
        RequestedCall requested = ResponsesItem.Parse(Asking.Item(call).Json, isCut: false).Calls[0];
        ModelRequest request = Asking.Request(new PromptItem.UserMessage("Go."), Asking.Item(call), new PromptItem.CallOutput(requested.CallId, observation)) with { Tools = Tools };

        byte[] body = await RequestWriter.Write(request, Native).BytesAsync();

        Assert.EndsWith($",{call},{output}]}}", System.Text.Encoding.UTF8.GetString(body), StringComparison.Ordinal);
        Assert.Empty(RequestSchema.Find()?.Validate(body) ?? []);
    }

    [Fact]
    public async Task IdThatAFunctionCallTakesAgain_IsAnsweredAsAFunction()
    {
        string again = Function.Replace("c4", "c1", StringComparison.Ordinal);
        ModelRequest request = Asking.Request(
            Asking.Item(Custom), new PromptItem.CallOutput("c1", "one"), Asking.Item(again), new PromptItem.CallOutput("c1", "two"));

        JsonElement input = JsonDocument.Parse(await RequestWriter.Write(request, ModelCapabilities.Default).BytesAsync()).RootElement.GetProperty("input");

        Assert.Equal(["custom_tool_call_output", "function_call_output"], new[] { input[1], input[3] }.Select(item => item.GetProperty("type").GetString()));
    }

    [SchemaFact]
    public async Task EveryForm_FitsTheOfficialSchema()
    {
        foreach (ModelCapabilities capabilities in new[] { ModelCapabilities.Default, new() { ApplyPatch = ToolForm.Custom }, Native })
        {
            Assert.Empty(RequestSchema.Find()!.Validate(await RequestWriter.Write(Asking.Request() with { Tools = Tools }, capabilities).BytesAsync()));
        }
    }

    [Fact]
    public void CallsOfEachForm_AreShownToAnotherModelAsPlainCalls()
    {
        PromptItem[] prompt = [Asking.Item(Custom), new PromptItem.CallOutput("c1", "1"), Asking.Item(Patch), new PromptItem.CallOutput("c2", "2"), Asking.Item(Shell), new PromptItem.CallOutput("c3", "3")];

        IReadOnlyList<PromptItem> portable = PortablePrompt.For(new Origin(Dialect.Messages, "claude-opus-4-7"), prompt, WireForms.Of);

        Assert.Equal(
            [
                new RequestedCall("ported_1", "apply_patch", """{"input":"*** Begin Patch\n*** Add File: a\n+ä\n*** End Patch\n"}"""),
                new RequestedCall("ported_2", "apply_patch", """{"operation":{"type":"update_file","path":"a","diff":"-ä\n+b"}}"""),
                new RequestedCall("ported_3", "bash", """{"command":"cd src\nls","timeout_seconds":2}"""),
            ],
            portable.OfType<PromptItem.AssistantCall>().Select(item => item.Call));
        Assert.Equal(["ported_1", "ported_2", "ported_3"], portable.OfType<PromptItem.CallOutput>().Select(output => output.CallId));
    }

    private static IEnumerable<string> Offered(ModelCapabilities capabilities)
    {
        byte[] body = RequestWriter.Write(Asking.Request() with { Tools = Tools }, capabilities).BytesAsync().GetAwaiter().GetResult();
        return JsonDocument.Parse(body).RootElement.GetProperty("tools").EnumerateArray()
            .Select(tool => $"{tool.GetProperty("type").GetString()}:{(tool.TryGetProperty("name", out JsonElement name) ? name.GetString() : "")}");
    }
}
