using Microsoft.AspNetCore.Http;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Chat;
using Orchestrator.Providers.Messages;
using Orchestrator.Providers.Requests;
using Orchestrator.Providers.Responses;

namespace Orchestrator.Providers.Tests.Requests;

/// <summary>No package below repeats a request or takes it elsewhere, in any dialect.</summary>
public sealed class SendOnceTests
{
    private static readonly Dictionary<Dialect, WireForm> Forms =
        new WireForm[] { ResponsesForm.Instance, ChatForm.Instance, MessagesForm.Instance }.ToDictionary(form => form.Dialect);

    [Theory]
    [InlineData(Dialect.Responses)]
    [InlineData(Dialect.Chat)]
    [InlineData(Dialect.Messages)]
    public async Task Redirect_IsNotFollowed(Dialect dialect)
    {
        await using FakeEndpoint elsewhere = await FakeEndpoint.StartAsync((_, _) => Task.CompletedTask);
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync((http, _) =>
        {
            http.Response.StatusCode = 307;
            http.Response.Headers.Location = elsewhere.BaseUrl;
            return Task.CompletedTask;
        });
        using EndpointClient client = Asking.Client(endpoint.BaseUrl, Forms[dialect], "Authorization");

        await Assert.ThrowsAsync<ProviderException>(() => client.AskAsync(Asking.Request(), default));
        await client.CheckAsync("gpt-5.5", default);

        Assert.Equal((2, 0), (endpoint.Requests.Count, elsewhere.Requests.Count));
    }

    [Theory]
    [InlineData(Dialect.Responses, 500)]
    [InlineData(Dialect.Responses, 200)]
    [InlineData(Dialect.Chat, 500)]
    [InlineData(Dialect.Chat, 200)]
    [InlineData(Dialect.Messages, 500)]
    [InlineData(Dialect.Messages, 200)]
    public async Task TroubleOrAStreamThatBreaks_IsNotAskedForAgainBelow(Dialect dialect, int status)
    {
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync(async (http, _) =>
        {
            http.Response.StatusCode = status;
            http.Response.ContentType = "text/event-stream";

            // With an id and an interval a client of event streams is invited to come again by itself.
            await http.Response.WriteAsync("retry: 0\nid: first\ndata: {}\n\n");
        });
        AskingOptions once = Asking.Quick();
        once.Attempts = 1;
        using EndpointClient client = Asking.Client(endpoint.BaseUrl, Forms[dialect], "Authorization", once);

        ProviderException exception = await Assert.ThrowsAsync<ProviderException>(() => client.AskAsync(Asking.Request(), default));

        Assert.Equal((ProviderFailure.Overloaded, 1, 1), (exception.Failure, exception.Attempts, endpoint.Requests.Count));
    }
}
