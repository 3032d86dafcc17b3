using Microsoft.AspNetCore.Http;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Messages;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Tests.Messages;

public sealed class MessagesClientTests
{
    [Fact]
    public async Task Request_CarriesKeyAndVersion_AndIsRepeatedUnchanged()
    {
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync((http, number) => number == 1
            ? AnswerAsync(http, 529, """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", "application/json")
            : AnswerAsync(http, 200, MessagesEvents.WholeAnswer, "text/event-stream"));
        using EndpointClient client = Asking.Client(endpoint.BaseUrl, MessagesForm.Instance, "x-api-key");

        ModelReply reply = await client.AskAsync(Asking.Request(), default);

        Assert.Equal((2, "Grüße 🦊"), (reply.Attempts, reply.Text));
        Assert.Equal(endpoint.Requests[0].Body, endpoint.Requests[1].Body);
        Assert.All(endpoint.Requests, request => Assert.Equal(
            ("/v1/messages", Asking.Key, "2023-06-01", ""),
            (request.Path, request.Headers["x-api-key"].ToString(), request.Headers["anthropic-version"].ToString(), request.Authorization)));
    }

    [Fact]
    public async Task BearerEndpoint_GetsTheKeyAsToken()
    {
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync((http, _) => AnswerAsync(http, 200, MessagesEvents.WholeAnswer, "text/event-stream"));
        using EndpointClient client = Asking.Client(endpoint.BaseUrl, MessagesForm.Instance, "Authorization");

        await client.AskAsync(Asking.Request(), default);

        Assert.Equal($"Bearer {Asking.Key}", endpoint.Requests[0].Authorization);
    }

    [Theory]
    [InlineData(400, "invalid_request_error", "prompt is too long: 250000 tokens > 200000 maximum", ProviderFailure.ContextTooLong)]
    [InlineData(400, "invalid_request_error", "temperature is not supported", ProviderFailure.Misconfigured)]
    [InlineData(413, "request_too_large", "Too large", ProviderFailure.ContextTooLong)]
    [InlineData(401, "authentication_error", "invalid x-api-key", ProviderFailure.Unauthorized)]
    [InlineData(404, "not_found_error", "model", ProviderFailure.NotFound)]
    public async Task Error_IsAFailureByItsType(int status, string type, string message, ProviderFailure failure)
    {
        string error = $$$"""{"type":"error","error":{"type":"{{{type}}}","message":"{{{message}}}"}}""";
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync((http, _) => AnswerAsync(http, status, error, "application/json"));
        using EndpointClient client = Asking.Client(endpoint.BaseUrl, MessagesForm.Instance, "x-api-key");

        ProviderException exception = await Assert.ThrowsAsync<ProviderException>(() => client.AskAsync(Asking.Request(), default));

        Assert.Equal((failure, 1), (exception.Failure, endpoint.Requests.Count));
    }

    [Fact]
    public async Task CutStream_IsAskedForAgainAndNothingOfItIsUsed()
    {
        string half = MessagesEvents.WholeAnswer[..MessagesEvents.WholeAnswer.IndexOf("event: message_stop", StringComparison.Ordinal)];
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync((http, number) =>
            AnswerAsync(http, 200, number < 3 ? half : MessagesEvents.WholeAnswer, "text/event-stream"));
        using EndpointClient client = Asking.Client(endpoint.BaseUrl, MessagesForm.Instance, "x-api-key");

        ModelReply reply = await client.AskAsync(Asking.Request(), default);

        Assert.Equal((3, 1), (reply.Attempts, reply.Calls.Count));
    }

    private static Task AnswerAsync(HttpContext http, int status, string body, string contentType)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        return http.Response.WriteAsync(body);
    }
}
