using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Requests;
using Orchestrator.Providers.Responses;
using Orchestrator.Providers.Tests.Responses;

namespace Orchestrator.Providers.Tests.Requests;

/// <summary>An answer in the background is asked for once, and fetched whatever becomes of the connection.</summary>
public sealed class BackgroundAnswerTests
{
    private const string Created = """{"type":"response.created","response":{"id":"resp_1","status":"in_progress","output":[]}}""";
    private const string AtWork = """{"id":"resp_1","status":"in_progress","output":[]}""";

    private readonly ConcurrentQueue<string> _begun = [];

    private static string Done { get; } =
        $$$"""{"id":"resp_1","model":"gpt-5.5","status":"completed","output":[{{{Events.Call}}}],"usage":{"input_tokens":10,"output_tokens":5}}""";

    [Fact]
    public async Task WholeAnswer_IsListenedToAndStoredByTheEndpoint()
    {
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync(
            (http, _) => WriteAsync(http, Events.Event("response.created", Created) + Events.WholeAnswer));

        ModelReply reply = await AskAsync(endpoint);

        Assert.Equal("Grüße 🦊", reply.Text);
        Assert.Equal(["resp_1"], _begun);
        JsonElement sent = JsonDocument.Parse(endpoint.Requests.Single().Body).RootElement;
        Assert.True(sent.GetProperty("background").GetBoolean());
        Assert.True(sent.GetProperty("store").GetBoolean());
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("receipt")]
    [InlineData("looks fail")]
    public async Task ConnectionThatEndsFirst_IsFetchedAndNotAskedForAgain(string kind)
    {
        int looks = 0;
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync(async (http, _) =>
        {
            switch (http.Request.Method, kind)
            {
                case ("POST", "receipt"):
                    await WriteAsync(http, """{"id":"resp_1","status":"queued","output":[]}""", "application/json");
                    break;
                case ("POST", _):
                    await WriteAsync(http, Events.Event("response.created", Created));
                    await http.Response.Body.FlushAsync();
                    await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
                    http.Abort();
                    break;
                case (_, "looks fail") when looks++ < 2:
                    http.Response.StatusCode = 503;
                    break;
                default:
                    await WriteAsync(http, looks++ < 2 ? AtWork : Done, "application/json");
                    break;
            }
        });

        ModelReply reply = await AskAsync(endpoint);

        Assert.Equal((1, 1, "resp_1"), (reply.Attempts, reply.Calls.Count, reply.ResponseId));
        Assert.Equal(new TokenUsage(10, 0, 5), reply.Usage);
        Assert.Equal(["resp_1"], _begun);
        Assert.Single(endpoint.Requests, request => request.Method == "POST");
        Assert.All(endpoint.Requests.Skip(1), look => Assert.Equal("/v1/responses/resp_1", look.Path));
    }

    [Fact]
    public async Task AnswerOfAnEarlierProcess_IsFetched()
    {
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync((http, number) => WriteAsync(http, number < 3 ? AtWork : Done, "application/json"));

        ModelReply reply = await AskAsync(endpoint, "resp_1");

        Assert.Single(reply.Calls);
        Assert.Equal(["GET", "GET", "GET"], endpoint.Requests.Select(request => request.Method));
    }

    [Fact]
    public async Task AnswerThatTakesLong_IsLeftUnderway()
    {
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync(async (http, _) =>
        {
            await WriteAsync(http, Events.Event("response.created", Created));
            await http.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);
        });
        AskingOptions options = Asking.Quick();
        options.LongestFollowing = TimeSpan.FromSeconds(3);
        options.FirstByteTimeout = TimeSpan.FromSeconds(1);

        ProviderException left = await Assert.ThrowsAsync<ProviderException>(() => AskAsync(endpoint, options: options));

        Assert.Equal((ProviderFailure.Underway, 1, 0), (left.Failure, left.Attempts, left.SpentAttempts));
        Assert.Equal(TimeSpan.FromSeconds(10), left.RetryAfter);
        Assert.Single(endpoint.Requests, request => request.Method == "POST");
    }

    [Fact]
    public async Task AnswerThatIsGone_IsLost()
    {
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync((http, _) =>
        {
            http.Response.StatusCode = 404;
            return Task.CompletedTask;
        });

        ProviderException lost = await Assert.ThrowsAsync<ProviderException>(() => AskAsync(endpoint, "resp_1"));

        Assert.Equal((true, false, 1), (lost.IsAnswerLost, lost.IsAnswerUnderway, lost.SpentAttempts));
        Assert.NotNull(lost.RetryAfter);
        Assert.Single(endpoint.Requests);
    }

    [Fact]
    public async Task LookThatIsRefused_LeavesTheAnswerToBeFetched()
    {
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync((http, _) =>
        {
            http.Response.StatusCode = 401;
            return Task.CompletedTask;
        });

        ProviderException refused = await Assert.ThrowsAsync<ProviderException>(() => AskAsync(endpoint, "resp_1"));

        Assert.Equal((ProviderFailure.Unauthorized, true, false), (refused.Failure, refused.IsAnswerUnderway, refused.IsAnswerLost));
    }

    [Fact]
    public async Task AnswerThatFailed_IsAskedForAnewWithTheSameBody()
    {
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync((http, number) => http.Request.Method == "GET"
            ? WriteAsync(http, """{"id":"resp_1","status":"failed","error":{"code":"server_error","message":"m"},"output":[]}""", "application/json")
            : WriteAsync(http, number == 1 ? Events.Event("response.created", Created) : Events.WholeAnswer));

        ModelReply reply = await AskAsync(endpoint);

        Assert.Equal(2, reply.Attempts);
        byte[][] bodies = [.. endpoint.Requests.Where(request => request.Method == "POST").Select(request => request.Body)];
        Assert.Equal(2, bodies.Length);
        Assert.Equal(bodies[0], bodies[1]);
    }

    [Fact]
    public async Task AnswerOfAnEarlierProcessThatFailed_IsOneOfTheSixAttempts()
    {
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync((http, _) => http.Request.Method == "GET"
            ? WriteAsync(http, """{"id":"resp_1","status":"failed","error":{"code":"server_error","message":"m"},"output":[]}""", "application/json")
            : WriteAsync(http, Events.Event("response.created", Created)));

        ProviderException failed = await Assert.ThrowsAsync<ProviderException>(() => AskAsync(endpoint, "resp_1"));

        Assert.Equal((ProviderFailure.Overloaded, 6, 5), (failed.Failure, failed.Attempts, endpoint.Requests.Count(request => request.Method == "POST")));
    }

    [Fact]
    public async Task NoKey_LeavesTheAnswerToBeFetched()
    {
        EndpointKey key = new("TEST_API_KEY", value: null, "Authorization");
        using EndpointClient client = new(
            new("http://127.0.0.1:9/v1", key) { AddressSetting = "TEST_BASE_URL" }, ResponsesForm.Instance, Asking.Quick(), TimeProvider.System, NullLogger<EndpointClient>.Instance);
        ModelRequest request = Asking.Request() with { Background = new BackgroundTerms("resp_1", (_, _) => Task.CompletedTask) };

        ProviderException failed = await Assert.ThrowsAsync<ProviderException>(() => client.AskAsync(request, default));

        Assert.Equal((ProviderFailure.Unauthorized, true), (failed.Failure, failed.IsAnswerUnderway));
    }

    [Fact]
    public async Task AnswersThatWereLostSixTimes_AreNotAskedForAgain()
    {
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync((http, _) => WriteAsync(http, Events.WholeAnswer));
        using EndpointClient client = Asking.Client(endpoint.BaseUrl);

        await Assert.ThrowsAsync<ProviderException>(() => client.AskAsync(Asking.Request() with { SpentAttempts = 6 }, default));

        Assert.Empty(endpoint.Requests);
    }

    [Fact]
    public async Task Cancel_IsToldToTheEndpoint()
    {
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync((http, _) => WriteAsync(http, "{}", "application/json"));
        using EndpointClient client = Asking.Client(endpoint.BaseUrl);

        await client.CancelAsync("resp_1", CancellationToken.None);

        Assert.Equal(("POST", "/v1/responses/resp_1/cancel"), (endpoint.Requests.Single().Method, endpoint.Requests.Single().Path));
    }

    private async Task<ModelReply> AskAsync(FakeEndpoint endpoint, string? responseId = null, AskingOptions? options = null)
    {
        using EndpointClient client = Asking.Client(endpoint.BaseUrl, options);
        BackgroundTerms background = new(responseId, (id, _) =>
        {
            _begun.Enqueue(id);
            return Task.CompletedTask;
        });
        return await client.AskAsync(Asking.Request() with { Background = background }, CancellationToken.None);
    }

    private static Task WriteAsync(HttpContext http, string body, string contentType = "text/event-stream")
    {
        http.Response.ContentType = contentType;
        return http.Response.WriteAsync(body);
    }
}
