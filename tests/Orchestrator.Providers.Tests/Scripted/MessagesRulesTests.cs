using System.Net;
using System.Text.Json;

namespace Orchestrator.Providers.Tests.Scripted;

/// <summary>What the scripted model refuses in the Messages dialect, as the service does.</summary>
public sealed class MessagesRulesTests
{
    private const string Head = "\"model\":\"m\",\"max_tokens\":100";
    private const string Hi = """{"role":"user","content":"Hi."}""";
    private const string Call = """{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":{} }]}""";

    [Theory]
    [InlineData($$"""{{{Head}},"messages":[{{Hi}}],"max_output_tokens":5}""", "max_output_tokens: Extra inputs are not permitted")]
    [InlineData($$"""{{{Head}},"messages":[{{Hi}}],"type":"message"}""", "type: Extra inputs are not permitted")]
    [InlineData($$"""{"model":"m","messages":[{{Hi}}]}""", "max_tokens: Field required")]
    [InlineData($$"""{"max_tokens":100,"messages":[{{Hi}}]}""", "model: Field required")]
    [InlineData($$"""{{{Head}}}""", "messages: Field required")]
    [InlineData($$"""{{{Head}},"messages":[]}""", "messages: at least one message is required")]
    [InlineData($$"""{{{Head}},"messages":[{"role":"system","content":"x"}]}""", "messages.0.role: Input should be 'user' or 'assistant'")]
    [InlineData($$"""{{{Head}},"messages":[{"role":"assistant","content":"x"}]}""", "first message must use the \"user\" role")]
    [InlineData($$"""{{{Head}},"messages":[{"role":"user","content":[{"type":"input_text","text":"x"}]}]}""", "Input tag 'input_text'")]
    [InlineData($$"""{{{Head}},"messages":[{"role":"user","content":[{"type":"text","text":"x","id":"y"}]}]}""", "messages.0.content.0.text.id: Extra inputs")]
    [InlineData($$"""{{{Head}},"messages":[{"role":"user","content":[{"type":"text","text":""}]}]}""", "text content blocks must be non-empty")]
    [InlineData($$"""{{{Head}},"messages":[{"role":"user","content":[{"type":"tool_use","id":"t1","name":"f","input":{} }]}]}""", "can only be in `assistant` messages")]
    [InlineData($$"""{{{Head}},"messages":[{{Hi}},{{Call}}]}""", "`tool_use` ids were found without `tool_result` blocks")]
    [InlineData($$"""{{{Head}},"messages":[{{Hi}},{{Call}},{{Hi}}]}""", "`tool_use` ids were found without `tool_result` blocks")]
    [InlineData($$"""{{{Head}},"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1"}]}]}""", "unexpected `tool_use_id`")]
    [InlineData($$"""{{{Head}},"messages":[{{Hi}},{"role":"assistant","content":[{"type":"thinking","thinking":"","signature":"abc="}]},{{Hi}}]}""", "Invalid `signature`")]
    [InlineData($$"""{{{Head}},"messages":[{{Hi}},{"role":"assistant","content":[{"type":"tool_use","id":"a.b","name":"f","input":{} }]}]}""", "String should match pattern")]
    [InlineData($$"""{{{Head}},"messages":[{{Hi}}],"tools":[{"name":"f","parameters":{} }]}""", "tools.0.input_schema.type: Field required")]
    [InlineData($$"""{{{Head}},"messages":[{{Hi}}],"tools":[{"name":"f","input_schema":{"type":"object"},"parameters":{} }]}""", "tools.0.parameters: Extra inputs")]
    [InlineData("[]", "JSON object")]
    [InlineData("{", "could not parse")]
    public async Task WrongRequest_IsRefusedAsTheServiceDoes(string body, string message)
    {
        await using ServedScript served = await ServedScript.StartAsync("- text: Hello.\n");

        (HttpStatusCode status, JsonElement answer) = await served.SendAsync(HttpMethod.Post, "messages", body);

        JsonElement error = answer.GetProperty("error");
        Assert.Equal((HttpStatusCode.BadRequest, "error", "invalid_request_error"), (status, answer.GetProperty("type").GetString(), error.GetProperty("type").GetString()));
        Assert.Contains(message, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RightRequestWithoutAStream_IsAnsweredInOnePiece()
    {
        await using ServedScript served = await ServedScript.StartAsync("- text: Hello.\n  calls: [{ tool: f, arguments: { x: 1 } }]\n");

        (HttpStatusCode status, JsonElement answer) = await served.SendAsync(HttpMethod.Post, "messages", $$"""{{{Head}},"messages":[{{Hi}}]}""");

        Assert.Equal((HttpStatusCode.OK, "tool_use"), (status, answer.GetProperty("stop_reason").GetString()));
        Assert.Equal(["thinking", "text", "tool_use"], answer.GetProperty("content").EnumerateArray().Select(block => block.GetProperty("type").GetString()));
        Assert.Equal(1, answer.GetProperty("content")[2].GetProperty("input").GetProperty("x").GetInt32());
    }

    [Fact]
    public async Task TokensOfAnInput_AreCountedAsInTheAnswer()
    {
        await using ServedScript served = await ServedScript.StartAsync("- text: Hello.\n");

        (_, JsonElement answer) = await served.SendAsync(HttpMethod.Post, "messages", $$"""{{{Head}},"messages":[{{Hi}}]}""");
        (HttpStatusCode status, JsonElement counted) = await served.SendAsync(HttpMethod.Post, "messages/count_tokens", $$"""{"model":"m","messages":[{{Hi}}]}""");
        (HttpStatusCode refused, JsonElement error) = await served.SendAsync(HttpMethod.Post, "messages/count_tokens", $$"""{{{Head}},"messages":[{{Hi}}]}""");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.BadRequest), (status, refused));
        Assert.InRange(counted.GetProperty("input_tokens").GetInt64(), 1, answer.GetProperty("usage").GetProperty("input_tokens").GetInt64());
        Assert.Equal("max_tokens: Extra inputs are not permitted", error.GetProperty("error").GetProperty("message").GetString());
    }

    [Fact]
    public async Task RequestWithoutAVersion_IsRefused()
    {
        await using ServedScript served = await ServedScript.StartAsync("- text: Hello.\n");
        served.Version = null;

        (HttpStatusCode status, JsonElement answer) = await served.SendAsync(HttpMethod.Post, "messages", $$"""{{{Head}},"messages":[{{Hi}}]}""");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("anthropic-version", answer.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }
}
