using Microsoft.AspNetCore.Http;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Requests;
using Orchestrator.Providers.Tests.Responses;

namespace Orchestrator.Providers.Tests.Requests;

/// <summary>What one run learns of an endpoint's limits holds for the others.</summary>
public sealed class SharedLimitsTests
{
    [Fact]
    public async Task EndpointThatAsksOneRunToWaitForLong_IsNotAskedByTheOthers()
    {
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync((http, _) =>
        {
            http.Response.Headers.RetryAfter = "3600";
            http.Response.StatusCode = 429;
            return http.Response.WriteAsync("{}");
        });
        using EndpointClient client = Asking.Client(endpoint.BaseUrl);

        ProviderException first = await Assert.ThrowsAsync<ProviderException>(() => client.AskAsync(Asking.Request(), default));
        ProviderException second = await Assert.ThrowsAsync<ProviderException>(() => client.AskAsync(Asking.Request(), default));

        Assert.Equal((1, false), (first.Attempts, first.WasHeldBack));
        Assert.Equal((0, true, ProviderFailure.RateLimited), (second.Attempts, second.WasHeldBack, second.Failure));
        Assert.InRange(second.RetryAfter!.Value, TimeSpan.FromMinutes(55), TimeSpan.FromHours(1));
        Assert.Single(endpoint.Requests);
    }

    [Fact]
    public async Task OtherModelOfTheEndpoint_HasLimitsOfItsOwn()
    {
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync((http, number) =>
        {
            if (number == 1)
            {
                http.Response.Headers["x-ratelimit-limit-requests"] = "1";
                http.Response.Headers["x-ratelimit-remaining-requests"] = "0";
                http.Response.Headers["x-ratelimit-reset-requests"] = "1h0m0s";
            }

            http.Response.ContentType = "text/event-stream";
            return http.Response.WriteAsync(Events.WholeAnswer);
        });
        using EndpointClient client = Asking.Client(endpoint.BaseUrl);

        await client.AskAsync(Asking.Request(), default);
        await client.AskAsync(Asking.Request() with { Model = "gpt-5.4" }, default);

        await Assert.ThrowsAsync<ProviderException>(() => client.AskAsync(Asking.Request(), default));
        Assert.Equal(2, endpoint.Requests.Count);
    }
}
