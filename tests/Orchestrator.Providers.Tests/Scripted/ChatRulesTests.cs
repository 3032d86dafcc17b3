using System.Net;
using System.Text.Json;

namespace Orchestrator.Providers.Tests.Scripted;

/// <summary>What the scripted model refuses in Chat Completions, as the service does.</summary>
public sealed class ChatRulesTests
{
    private const string Hi = """{"role":"user","content":"Hi."}""";
    private const string Call = """{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]}""";
    private const string Unsigned = """{"role":"assistant","tool_calls":[{"id":"call_scripted_1_1","type":"function","function":{"name":"f","arguments":"{}"}}]}""";

    [Theory]
    [InlineData($$"""{"model":"m","messages":[{{Hi}}],"input":"x"}""", "Unrecognized request argument supplied: input")]
    [InlineData($$"""{"messages":[{{Hi}}]}""", "Missing required parameter: 'model'.")]
    [InlineData("""{"model":"m"}""", "Missing required parameter: 'messages'.")]
    [InlineData($$"""{"model":"m","messages":[{{Hi}}],"max_tokens":5,"max_completion_tokens":5}""", "at the same time is not supported")]
    [InlineData($$"""{"model":"m","messages":[{{Hi}}],"stream_options":{"include_usage":true} }""", "only allowed when 'stream' is enabled")]
    [InlineData("""{"model":"m","messages":[{"role":"bot","content":"x"}]}""", "Invalid value: 'bot'.")]
    [InlineData("""{"model":"m","messages":[{"role":"user"}]}""", "Missing required parameter: 'messages[0].content'.")]
    [InlineData($$"""{"model":"m","messages":[{{Hi}},{{Call}}]}""", "did not have response messages: c1")]
    [InlineData($$"""{"model":"m","messages":[{{Hi}},{{Call}},{{Hi}}]}""", "did not have response messages: c1")]
    [InlineData($$"""{"model":"m","messages":[{{Hi}},{"role":"tool","tool_call_id":"c1","content":"x"}]}""", "must be a response to a preceding message")]
    [InlineData($$"""{"model":"m","messages":[{{Hi}},{"role":"assistant","tool_calls":[{"id":"c1","type":"function"}]}]}""", "messages[1].tool_calls[0].function")]
    [InlineData($$"""{"model":"m","messages":[{{Hi}},{{Unsigned}},{"role":"tool","tool_call_id":"call_scripted_1_1","content":"x"}]}""", "missing a thought_signature")]
    [InlineData($$"""{"model":"m","messages":[{{Hi}}],"tools":[{"type":"function","name":"f"}]}""", "Missing required parameter: 'tools[0].function.name'.")]
    [InlineData("[]", "could not parse")]
    [InlineData("{", "could not parse")]
    public async Task WrongRequest_IsRefusedAsTheServiceDoes(string body, string message)
    {
        await using ServedScript served = await ServedScript.StartAsync("- text: Hello.\n");

        (HttpStatusCode status, JsonElement answer) = await served.SendAsync(HttpMethod.Post, "chat/completions", body);

        JsonElement error = answer.GetProperty("error");
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request_error"), (status, error.GetProperty("type").GetString()));
        Assert.Contains(message, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RightRequestWithoutAStream_IsAnsweredInOnePiece()
    {
        await using ServedScript served = await ServedScript.StartAsync("- text: Hello.\n  calls: [{ tool: f, arguments: { x: 1 } }]\n");

        (HttpStatusCode status, JsonElement answer) = await served.SendAsync(HttpMethod.Post, "chat/completions", $$"""{"model":"m","messages":[{{Hi}}]}""");

        JsonElement choice = answer.GetProperty("choices")[0];
        Assert.Equal((HttpStatusCode.OK, "tool_calls"), (status, choice.GetProperty("finish_reason").GetString()));
        Assert.Equal("""{"x":1}""", choice.GetProperty("message").GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString());
    }
}
