using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace Orchestrator.Providers.Tests.Scripted;

/// <summary>Answers that are asked for with <c>background: true</c> and fetched later.</summary>
public sealed class BackgroundTests
{
    private const string Script = "- text: Hello.\n  delay: 30s\n";
    private const string Request = """{"model":"m","input":"Hi.","background":true}""";

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task Answer_IsInProgressUntilItIsReady()
    {
        await using ServedScript served = await ServedScript.StartAsync(Script, _clock);

        JsonElement created = await CreateAsync(served);
        JsonElement early = await PollAsync(served, created);
        _clock.Advance(TimeSpan.FromSeconds(30));
        JsonElement ready = await PollAsync(served, created);

        Assert.Equal(["queued", "in_progress", "completed"], new[] { created, early, ready }.Select(Status));
        Assert.Equal((0, 2), (early.GetProperty("output").GetArrayLength(), ready.GetProperty("output").GetArrayLength()));
        Assert.Equal("Hello.", ready.GetProperty("output")[1].GetProperty("content")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task CanceledAnswer_NeverComes()
    {
        await using ServedScript served = await ServedScript.StartAsync(Script, _clock);
        JsonElement created = await CreateAsync(served);

        (HttpStatusCode status, JsonElement canceled) = await served.SendAsync(HttpMethod.Post, $"responses/{Id(created)}/cancel");
        _clock.Advance(TimeSpan.FromSeconds(30));
        JsonElement later = await PollAsync(served, created);

        Assert.Equal((HttpStatusCode.OK, "cancelled", "cancelled"), (status, Status(canceled), Status(later)));
        Assert.Equal(0, later.GetProperty("output").GetArrayLength());
    }

    [Fact]
    public async Task ReadyAnswer_CanNotBeCanceled()
    {
        await using ServedScript served = await ServedScript.StartAsync(Script, _clock);
        JsonElement created = await CreateAsync(served);
        _clock.Advance(TimeSpan.FromSeconds(30));

        (_, JsonElement canceled) = await served.SendAsync(HttpMethod.Post, $"responses/{Id(created)}/cancel");

        Assert.Equal("completed", Status(canceled));
    }

    [Fact]
    public async Task OtherRequestForTheSameTurn_IsAnAnswerOfItsOwn()
    {
        await using ServedScript served = await ServedScript.StartAsync(Script, _clock);
        JsonElement one = await CreateAsync(served);
        JsonElement other = await CreateAsync(served);

        await served.SendAsync(HttpMethod.Post, $"responses/{Id(one)}/cancel");
        JsonElement polled = await PollAsync(served, other);

        Assert.Equal("in_progress", Status(polled));
    }

    [Theory]
    [InlineData("failed", "failed")]
    [InlineData("incomplete", "incomplete")]
    [InlineData("filtered", "incomplete")]
    public async Task AnswerThatEndsBadly_IsPolledInThatState(string failure, string expected)
    {
        await using ServedScript served = await ServedScript.StartAsync($"- text: Hello.\n  fail: {failure}\n", _clock);

        JsonElement ready = await PollAsync(served, await CreateAsync(served));

        Assert.Equal(expected, Status(ready));
    }

    [Fact]
    public async Task ReadyAnswer_IsToldAsAStreamFromWhereTheClientStopped()
    {
        await using ServedScript served = await ServedScript.StartAsync("- text: Hello.\n", _clock);
        JsonElement created = await CreateAsync(served);

        string all = await served.StreamAsync($"responses/{Id(created)}?stream=true");
        string rest = await served.StreamAsync($"responses/{Id(created)}?stream=true&starting_after=2");

        Assert.StartsWith("event: response.created\n", all, StringComparison.Ordinal);
        Assert.EndsWith(rest, all, StringComparison.Ordinal);
        Assert.Contains("\"sequence_number\":3", rest, StringComparison.Ordinal);
        Assert.DoesNotContain("\"sequence_number\":2,", rest, StringComparison.Ordinal);
        Assert.Contains("event: response.completed\n", rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownOrForgottenAnswer_IsNotFound()
    {
        await using ServedScript served = await ServedScript.StartAsync(Script, _clock);
        JsonElement created = await CreateAsync(served);
        _clock.Advance(TimeSpan.FromMinutes(11));

        (HttpStatusCode forgotten, _) = await served.SendAsync(HttpMethod.Get, $"responses/{Id(created)}");
        (HttpStatusCode unknown, JsonElement error) = await served.SendAsync(HttpMethod.Get, "responses/resp_nobody");
        (HttpStatusCode canceled, _) = await served.SendAsync(HttpMethod.Post, "responses/resp_nobody/cancel");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.NotFound), (forgotten, unknown, canceled));
        Assert.Contains("resp_nobody", error.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static string Status(JsonElement response) => response.GetProperty("status").GetString()!;

    private static string Id(JsonElement response) => response.GetProperty("id").GetString()!;

    private static async Task<JsonElement> CreateAsync(ServedScript served)
    {
        (HttpStatusCode status, JsonElement created) = await served.SendAsync(HttpMethod.Post, "responses", Request);
        Assert.Equal(HttpStatusCode.OK, status);
        return created;
    }

    private static async Task<JsonElement> PollAsync(ServedScript served, JsonElement created) =>
        (await served.SendAsync(HttpMethod.Get, $"responses/{Id(created)}")).Body;
}
