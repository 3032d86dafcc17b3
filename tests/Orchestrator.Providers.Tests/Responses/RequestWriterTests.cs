using System.Text;
using System.Text.Json;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Requests;
using Orchestrator.Providers.Responses;
using Orchestrator.Providers.Tests.Schema;
using Xunit.Abstractions;

namespace Orchestrator.Providers.Tests.Responses;

public sealed class RequestWriterTests(ITestOutputHelper output)
{
    private const string Reasoning = """{ "id":"rs_1", "type":"reasoning", "summary":[], "encrypted_content":"gAAA/+\u00e9=" }""";
    private const string Call = """{"id":"fc_1","type":"function_call","status":"completed","call_id":"call_1","name":"bash","arguments":"{\"command\":\"ls\"}"}""";

    [Fact]
    public void NextTurn_StartsWithTheBytesOfTheLastOne()
    {
        PromptItem[] prompt =
        [
            new PromptItem.Instructions("Be brief. \"Quoted\" <tag> & 'more'"),
            new PromptItem.UserMessage("Zeile 1\nZeile 2 – äöü 🦊\t\u0000\u2028"),
            Asking.Item(Reasoning),
            Asking.Item(Call),
            new PromptItem.CallOutput("call_1", "a.txt\nb.txt"),
            new PromptItem.UserMessage("Go on."),
        ];

        byte[][] bodies = [.. Enumerable.Range(1, prompt.Length).Select(length => Bytes(Asking.Request(prompt[..length])))];

        foreach ((byte[] earlier, byte[] later) in bodies.Zip(bodies.Skip(1)))
        {
            Assert.True(later.AsSpan().StartsWith(earlier.AsSpan(0, earlier.Length - "]}".Length)));
        }
    }

    [Fact]
    public void ProviderItem_IsSentByteForByte()
    {
        byte[] body = Bytes(Asking.Request(Asking.Item(Reasoning)));

        Assert.EndsWith($"\"input\":[{Reasoning}]}}", Encoding.UTF8.GetString(body), StringComparison.Ordinal);
    }

    [Fact]
    public void HalfALetter_IsReplacedAndTheRequestStaysValid()
    {
        byte[] body = Bytes(Asking.Request(new PromptItem.UserMessage("torn \ud83e letter")));

        Assert.Equal("torn \ufffd letter", JsonDocument.Parse(body).RootElement.GetProperty("input")[0].GetProperty("content").GetString());
    }

    [Fact]
    public void EveryRequest_AsksForAStatelessStreamedAnswer()
    {
        JsonElement body = JsonDocument.Parse(Bytes(Asking.Request())).RootElement;

        Assert.Equal(
            """{"model":"gpt-5.5","store":false,"stream":true,"stream_options":{"include_obfuscation":false},"include":["reasoning.encrypted_content"],"prompt_cache_key":"run-1","max_output_tokens":16384,"parallel_tool_calls":false,"tools":[{"type":"function","name":"bash","description":"Runs a command.","parameters":{"type":"object","properties":{"command":{"type":"string"}},"required":["command"]},"strict":false}],"input":[{"type":"message","role":"developer","content":"Be brief."},{"type":"message","role":"user","content":"Say hello."}]}""",
            body.GetRawText());
    }

    [Fact]
    public void FewerOutputTokensThanTheDialectAllows_IsABug() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RequestWriter.Write(Asking.Request() with { MaxOutputTokens = 15 }, ModelCapabilities.Default));

    [SchemaFact]
    public void EveryKindOfItem_FitsTheOfficialSchema()
    {
        ModelRequest request = Asking.Request(
            new PromptItem.Instructions("Be brief."),
            new PromptItem.UserMessage("Go."),
            Asking.Item(Reasoning),
            Asking.Item(Call),
            new PromptItem.CallOutput("call_1", "done"));

        Assert.Empty(RequestSchema.Find()!.Validate(Bytes(request)));
    }

    [SchemaFact]
    public void WrongRequests_AreFoundByTheSchema()
    {
        RequestSchema schema = RequestSchema.Find()!;
        string[] wrong =
        [
            """{"model":"m","input":"x","max_tokens":5}""",
            """{"model":"m","input":"x","max_output_tokens":15}""",
            """{"model":"m","input":"x","tools":[{"type":"bash"}]}""",
            """{"model":"m","input":"x","tools":[{"type":"function","name":"f","parameters":{}}]}""",
            """{"model":"m","input":[{"role":"tool","content":"x"}]}""",
            """{"model":"m","input":[{"type":"function_call_output","call_id":"c"}]}""",
            """{"model":"m","input":[{"type":"function_call","call_id":"c","name":"f","arguments":"{}","x":1}]}""",
        ];

        Assert.All(wrong, body => Assert.NotEmpty(schema.Validate(Encoding.UTF8.GetBytes(body))));
    }

    [Fact]
    public void NeitherStoredItemsNorTexts_AreCopiedToNewMemory()
    {
        byte[] stored = Encoding.UTF8.GetBytes($$"""{"type":"reasoning","id":"rs","summary":[],"encrypted_content":"{{new string('a', 10_000)}}"}""");
        ModelRequest replayed = Asking.Request([.. Enumerable.Repeat(new PromptItem.ProviderItem(stored, Asking.Own), 100)]);
        ModelRequest rendered = Asking.Request([.. Enumerable.Repeat(new PromptItem.CallOutput("call_1", new string('a', 10_000)), 100)]);
        Write(replayed);
        Write(rendered);

        long forReplayed = AllocatedBy(() => Write(replayed));
        long forRendered = AllocatedBy(() => Write(rendered));

        output.WriteLine($"1 MB of stored items: {forReplayed / 1024} KiB allocated; 1 MB of texts: {forRendered / 1024} KiB.");
        Assert.InRange(forReplayed, 0, 64 * 1024);
        Assert.InRange(forRendered, 0, 64 * 1024);

        static void Write(ModelRequest request) => RequestWriter.Write(request, ModelCapabilities.Default).Release();
    }

    private static long AllocatedBy(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static byte[] Bytes(ModelRequest request) => RequestWriter.Write(request, ModelCapabilities.Default).BytesAsync().GetAwaiter().GetResult();
}
