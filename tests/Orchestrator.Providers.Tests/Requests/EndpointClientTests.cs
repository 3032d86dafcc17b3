using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Chat;
using Orchestrator.Providers.Requests;
using Orchestrator.Providers.Tests.Responses;

namespace Orchestrator.Providers.Tests.Requests;

public sealed class EndpointClientTests
{
    [Theory]
    [InlineData(400, "invalid_value", ProviderFailure.Misconfigured, 1)]
    [InlineData(400, "context_length_exceeded", ProviderFailure.ContextTooLong, 1)]
    [InlineData(400, "content_policy_violation", ProviderFailure.Refused, 1)]
    [InlineData(401, "invalid_api_key", ProviderFailure.Unauthorized, 1)]
    [InlineData(403, null, ProviderFailure.Unauthorized, 1)]
    [InlineData(404, "model_not_found", ProviderFailure.NotFound, 1)]
    [InlineData(400, "model_not_found", ProviderFailure.NotFound, 1)]
    [InlineData(404, null, ProviderFailure.NotFound, 1)]
    [InlineData(408, null, ProviderFailure.Overloaded, 6)]
    [InlineData(409, null, ProviderFailure.Overloaded, 6)]
    [InlineData(413, null, ProviderFailure.ContextTooLong, 1)]
    [InlineData(422, null, ProviderFailure.Misconfigured, 1)]
    [InlineData(429, "rate_limit_exceeded", ProviderFailure.RateLimited, 6)]
    [InlineData(429, null, ProviderFailure.RateLimited, 6)]
    [InlineData(429, "insufficient_quota", ProviderFailure.QuotaSpent, 1)]
    [InlineData(500, "server_error", ProviderFailure.Overloaded, 6)]
    [InlineData(502, null, ProviderFailure.Overloaded, 6)]
    [InlineData(503, "server_is_overloaded", ProviderFailure.Overloaded, 6)]
    [InlineData(529, null, ProviderFailure.Overloaded, 6)]
    [InlineData(307, null, ProviderFailure.Misconfigured, 1)]
    public async Task Status_IsRepeatedOrNotWithIdenticalBodies(int status, string? code, ProviderFailure failure, int requests)
    {
        string error = code is null ? "<html>" : $$$"""{"error":{"message":"m","type":"t","code":"{{{code}}}","param":null}}""";
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync((http, _) => AnswerAsync(http, status, error, "application/json"));
        using EndpointClient client = Asking.Client(endpoint.BaseUrl);

        ProviderException exception = await Assert.ThrowsAsync<ProviderException>(() => client.AskAsync(Asking.Request(), default));

        Assert.Equal((failure, requests), (exception.Failure, exception.Attempts));
        Assert.Equal(requests, endpoint.Requests.Count);
        Assert.All(endpoint.Requests, request => Assert.Equal(endpoint.Requests[0].Body, request.Body));
        Assert.Contains(status.ToString(), exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("failed")]
    public async Task BrokenAnswer_IsAskedForSixTimesAndNothingOfItIsUsed(string kind)
    {
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync((http, _) => BreakAsync(http, kind));
        using EndpointClient client = Asking.Client(endpoint.BaseUrl);

        ProviderException exception = await Assert.ThrowsAsync<ProviderException>(() => client.AskAsync(Asking.Request(), default));

        Assert.Equal((ProviderFailure.Overloaded, 6), (exception.Failure, exception.Attempts));
        Assert.Equal(6, endpoint.Requests.Count);
        Assert.All(endpoint.Requests, request => Assert.Equal(endpoint.Requests[0].Body, request.Body));
    }

    [Fact]
    public async Task TroubleThatPasses_EndsInTheAnswerWithItsAttempts()
    {
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync((http, number) => number switch
        {
            1 => AnswerAsync(http, 503, "", "text/plain"),
            2 => BreakAsync(http, "cut"),
            3 => BreakAsync(http, "failed"),
            _ => AnswerAsync(http, 200, Events.WholeAnswer, "text/event-stream"),
        });
        using EndpointClient client = Asking.Client(endpoint.BaseUrl);

        var told = new List<string>();
        ModelRequest request = Asking.Request() with
        {
            Retrying = (text, _) =>
            {
                told.Add(text);
                return Task.CompletedTask;
            },
        };

        ModelReply reply = await client.AskAsync(request, default);

        Assert.Equal((4, "Grüße 🦊"), (reply.Attempts, reply.Text));
        Assert.Equal(["request 2 of 6", "request 3 of 6", "request 4 of 6"], told.Select(text => text.Split("; ")[^1].Split(" in ")[0]));
        Assert.Contains("503", told[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task AttemptsSpentBeforeADurableWait_Count()
    {
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync((http, _) => AnswerAsync(http, 500, "{}", "application/json"));
        using EndpointClient client = Asking.Client(endpoint.BaseUrl);

        ProviderException exception = await Assert.ThrowsAsync<ProviderException>(
            () => client.AskAsync(Asking.Request() with { SpentAttempts = 4 }, default));

        Assert.Equal((2, 2), (exception.Attempts, endpoint.Requests.Count));
    }

    [Theory]
    [InlineData(429, "insufficient_quota", ProviderFailure.QuotaSpent)]
    [InlineData(401, "invalid_api_key", ProviderFailure.Unauthorized)]
    public async Task FatalError_IsNotPutOffWhateverItsHeadersSay(int status, string code, ProviderFailure failure)
    {
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync((http, _) =>
        {
            http.Response.Headers.RetryAfter = "3600";
            return AnswerAsync(http, status, $$$"""{"error":{"message":"m","type":"t","code":"{{{code}}}","param":null}}""", "application/json");
        });
        using EndpointClient client = Asking.Client(endpoint.BaseUrl);

        ProviderException exception = await Assert.ThrowsAsync<ProviderException>(() => client.AskAsync(Asking.Request(), default));

        Assert.Equal((failure, 1, null), (exception.Failure, exception.Attempts, exception.RetryAfter));
    }

    [Fact]
    public async Task TwoCallsWithOneId_AreRefusedAtOnce()
    {
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync(
            (http, _) => AnswerAsync(http, 200, Events.Completed(Events.Thought, Events.Call, Events.Call), "text/event-stream"));
        using EndpointClient client = Asking.Client(endpoint.BaseUrl);

        ProviderException exception = await Assert.ThrowsAsync<ProviderException>(() => client.AskAsync(Asking.Request(), default));

        Assert.Equal((ProviderFailure.Unreadable, 1), (exception.Failure, endpoint.Requests.Count));
        Assert.Contains("two calls with the id call_1", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelled_StopsAtOnce()
    {
        using CancellationTokenSource stop = new();
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync(async (http, _) =>
        {
            await stop.CancelAsync();
            await BreakAsync(http, "hang");
        });
        using EndpointClient client = Asking.Client(endpoint.BaseUrl);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.AskAsync(Asking.Request(), stop.Token));

        Assert.Single(endpoint.Requests);
    }

    [Fact]
    public async Task AnswerInOnePiece_IsTaken()
    {
        string json = $$"""{"id":"resp_1","object":"response","status":"completed","model":"m","output":[{{Events.Thought}},{{Events.Call}}],"usage":{{Events.Usage}}}""";
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync((http, _) => AnswerAsync(http, 200, json, "application/json; charset=utf-8"));
        using EndpointClient client = Asking.Client(endpoint.BaseUrl);

        ModelReply reply = await client.AskAsync(Asking.Request(), default);

        Assert.Equal([Events.Thought, Events.Call], reply.Items.Select(item => item.Utf8()));
        Assert.Equal(new TokenUsage(100, 40, 7), reply.Usage);
    }

    [Fact]
    public async Task WebPage_IsAWrongAddress()
    {
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync((http, _) => AnswerAsync(http, 200, "<html>Log in</html>", "text/html"));
        using EndpointClient client = Asking.Client(endpoint.BaseUrl);

        ProviderException exception = await Assert.ThrowsAsync<ProviderException>(() => client.AskAsync(Asking.Request(), default));

        Assert.Equal((ProviderFailure.Misconfigured, 1), (exception.Failure, exception.Attempts));
    }

    [Fact]
    public async Task Request_GoesToResponsesWithTheKey_AndNoErrorShowsIt()
    {
        string error = $$$"""{"error":{"message":"Incorrect key: {{{Asking.Key}}}","code":"invalid_api_key"}}""";
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync((http, _) => AnswerAsync(http, 401, error, "application/json"));
        using EndpointClient client = Asking.Client(endpoint.BaseUrl + "/");

        ProviderException exception = await Assert.ThrowsAsync<ProviderException>(() => client.AskAsync(Asking.Request(), default));

        ReceivedRequest request = Assert.Single(endpoint.Requests);
        Assert.Equal(("POST", "/v1/responses", $"Bearer {Asking.Key}"), (request.Method, request.Path, request.Authorization));
        Assert.DoesNotContain(Asking.Key, exception.ToString(), StringComparison.Ordinal);
        Assert.Contains("[key]", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, null)]
    [InlineData(404, null)]
    [InlineData(429, null)]
    [InlineData(500, null)]
    [InlineData(401, ProviderFailure.Unauthorized)]
    [InlineData(403, ProviderFailure.Unauthorized)]
    public async Task Check_RefusesOnlyForARefusedKey(int status, ProviderFailure? failure)
    {
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync((http, _) => AnswerAsync(http, status, "{}", "application/json"));
        using EndpointClient client = Asking.Client(endpoint.BaseUrl);

        ProviderException? exception = await Record.ExceptionAsync(() => client.CheckAsync("gpt-5.5", default)) as ProviderException;

        Assert.Equal(failure, exception?.Failure);
        Assert.Equal(("GET", "/v1/models/gpt-5.5"), (endpoint.Requests[0].Method, endpoint.Requests[0].Path));
    }

    /// <summary>As Gemini's compatible endpoint refuses a key.</summary>
    [Fact]
    public async Task CheckOfAKeyThatIsRefusedAsAWrongRequest_FindsIt()
    {
        const string error = """[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT"}}]""";
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync((http, _) => AnswerAsync(http, 400, error, "application/json"));
        using EndpointClient client = Asking.Client(endpoint.BaseUrl, ChatForm.Instance, "Authorization");

        ProviderException exception = await Assert.ThrowsAsync<ProviderException>(() => client.CheckAsync("gemini-3.1-pro", default));

        Assert.Equal(ProviderFailure.Unauthorized, exception.Failure);
    }

    [Fact]
    public async Task KeyAtTheEdgeOfALongError_IsStruckOutWhole()
    {
        string error = $$$"""{"error":{"message":"{{{new string('x', 640)}}}{{{Asking.Key}}}{{{new string('y', 5000)}}}","code":"invalid_api_key"}}""";
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync((http, _) => AnswerAsync(http, 401, error, "application/json"));
        using EndpointClient client = Asking.Client(endpoint.BaseUrl);

        ProviderException exception = await Assert.ThrowsAsync<ProviderException>(() => client.AskAsync(Asking.Request(), default));

        Assert.DoesNotContain(Asking.Key[..6], exception.ToString(), StringComparison.Ordinal);
        Assert.InRange(exception.Message.Length, 600, 1_100);
    }

    [Fact]
    public async Task CodeAndReasonOfTheEndpoint_AreBoundedAndSteerNoTerminal()
    {
        string ended = Events.Event("response.completed", $$$"""{"type":"response.completed","response":{"status":"\u001b[2J{{{Asking.Key}}}{{{new string('x', 100_000)}}}","output":[]}}""");
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync((http, _) => AnswerAsync(http, 200, ended, "text/event-stream"));
        using EndpointClient client = Asking.Client(endpoint.BaseUrl);

        ProviderException exception = await Assert.ThrowsAsync<ProviderException>(() => client.AskAsync(Asking.Request(), default));

        Assert.Equal(ProviderFailure.Unreadable, exception.Failure);
        Assert.InRange(exception.ToString().Length, 1, 4_000);
        Assert.DoesNotContain('\u001b', exception.ToString());
        Assert.DoesNotContain(Asking.Key, exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckWithNobodyListening_IsUnreachable()
    {
        using EndpointClient client = Asking.Client($"http://127.0.0.1:{FreePort()}/v1");

        ProviderException exception = await Assert.ThrowsAsync<ProviderException>(() => client.CheckAsync("gpt-5.5", default));

        Assert.Equal(ProviderFailure.Unreachable, exception.Failure);
    }

    private static async Task AnswerAsync(HttpContext http, int status, string body, string contentType)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        await http.Response.WriteAsync(body);
    }

    private static async Task BreakAsync(HttpContext http, string kind)
    {
        http.Response.ContentType = "text/event-stream";
        switch (kind)
        {
            case "hang":
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);
                break;
            case "cut":
                await http.Response.WriteAsync(Events.Done(0, Events.Call));
                break;
            case "garbage":
                await http.Response.WriteAsync("data: {\"type\":\"response.comp\n\n");
                break;
            case "failed":
                await http.Response.WriteAsync(Events.Done(0, Events.Call) + Events.Failed("server_error"));
                break;
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
