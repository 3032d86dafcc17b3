using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Providers.Tests.Scripted;

/// <summary>Compaction at the endpoint's hands: by a request of its own, and by a trigger at the end of the input.</summary>
public sealed class CompactionTests
{
    private const string Script = "- text: one\n- text: two\n  summary: Two things are done.\n- text: three\n";
    private const string Said = """{"role":"user","content":"Do it."}""";
    private const string Answers = """
        {"id":"msg_scripted_1_1","type":"message","role":"assistant","status":"completed","content":[]},{"role":"user","content":[{"type":"input_text","text":"Go on."}]},{"id":"msg_scripted_2_1","type":"message","role":"assistant","status":"completed","content":[]}
        """;

    [Fact]
    public async Task CompactedConversation_KeepsWhatPeopleSaidAndGoesOnInTheScript()
    {
        await using ServedScript served = await ServedScript.StartAsync(Script);

        (HttpStatusCode status, JsonElement compacted) = await served.SendAsync(
            HttpMethod.Post, "responses/compact", $$"""{"model":"m","input":[{{Said}},{{Answers}}]}""");
        JsonElement[] output = [.. compacted.GetProperty("output").EnumerateArray()];
        (_, JsonElement next) = await served.SendAsync(
            HttpMethod.Post, "responses", $$"""{"model":"m","input":{{compacted.GetProperty("output")}}}""");

        Assert.Equal((HttpStatusCode.OK, "response.compaction"), (status, compacted.GetProperty("object").GetString()));
        Assert.Equal(["message", "message", "compaction"], output.Select(item => item.GetProperty("type").GetString()));
        Assert.Equal(["Do it.", "Go on."], output.Take(2).Select(item => item.GetProperty("content")[0].GetProperty("text").GetString()));
        Assert.Contains("Two things are done.", Unsealed(output[2]), StringComparison.Ordinal);
        Assert.Equal("three", TextOf(next));
    }

    [Fact]
    public async Task Trigger_IsAnsweredWithTheSameItem()
    {
        await using ServedScript served = await ServedScript.StartAsync(Script);

        (_, JsonElement compacted) = await served.SendAsync(HttpMethod.Post, "responses/compact", $$"""{"model":"m","input":[{{Said}},{{Answers}}]}""");
        (_, JsonElement triggered) = await served.SendAsync(
            HttpMethod.Post, "responses", $$"""{"model":"m","input":[{{Said}},{{Answers}},{"type":"compaction_trigger"}]}""");

        JsonElement item = Assert.Single(triggered.GetProperty("output").EnumerateArray());
        Assert.Equal(compacted.GetProperty("output")[2].GetRawText(), item.GetRawText());
    }

    [Fact]
    public async Task CompactionWithoutItsId_GoesOnInTheScript()
    {
        await using ServedScript served = await ServedScript.StartAsync(Script);
        (_, JsonElement compacted) = await served.SendAsync(HttpMethod.Post, "responses/compact", $$"""{"model":"m","input":[{{Said}},{{Answers}}]}""");
        JsonObject item = JsonNode.Parse(compacted.GetProperty("output")[2].GetRawText())!.AsObject();
        item.Remove("id");

        (_, JsonElement next) = await served.SendAsync(HttpMethod.Post, "responses", $$"""{"model":"m","input":[{{Said}},{{item.ToJsonString()}}]}""");

        Assert.Equal("three", TextOf(next));
    }

    [Theory]
    [InlineData("""{"model":"m","input":"x","stream":true}""", "unknown_parameter")]
    [InlineData("""{"input":"x"}""", "missing_required_parameter")]
    [InlineData("""{"model":"m","input":[{"type":"compaction_trigger"},{"role":"user","content":"x"}]}""", "invalid_value")]
    [InlineData("""{"model":"m","input":[{"type":"compaction","encrypted_content":"another model's"}]}""", "invalid_encrypted_content")]
    [InlineData("""{"model":"m","input":[{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gAAA"}]}""", "invalid_encrypted_content")]
    [InlineData("{", "invalid_json")]
    public async Task WrongRequest_IsRefusedAsTheServiceDoes(string body, string code)
    {
        await using ServedScript served = await ServedScript.StartAsync(Script);

        (HttpStatusCode status, JsonElement answer) = await served.SendAsync(HttpMethod.Post, "responses/compact", body);

        Assert.Equal((HttpStatusCode.BadRequest, code), (status, answer.GetProperty("error").GetProperty("code").GetString()));
    }

    private static string Unsealed(JsonElement item) => Encoding.UTF8.GetString(item.GetProperty("encrypted_content").GetBytesFromBase64());

    private static string? TextOf(JsonElement response) => response.GetProperty("output")[1].GetProperty("content")[0].GetProperty("text").GetString();
}
