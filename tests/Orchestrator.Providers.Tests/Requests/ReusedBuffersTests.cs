using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Requests;
using Orchestrator.Providers.Tests.Responses;

namespace Orchestrator.Providers.Tests.Requests;

/// <summary>The buffers of a request serve the next one: no request may carry a word of another.</summary>
public sealed class ReusedBuffersTests
{
    private const int Requests = 200;
    private const int AtOnce = 8;
    private const int Words = 20_000;

    [Fact]
    public async Task RequestsSideBySide_CarryTheirOwnTextsWhateverBecomesOfThem()
    {
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync(async (http, number) =>
        {
            switch (number % 4)
            {
                case 0:
                    http.Abort();
                    break;
                case 1:
                    http.Response.StatusCode = 503;
                    break;
                default:
                    http.Response.ContentType = "text/event-stream";
                    await http.Response.WriteAsync(Events.WholeAnswer);
                    break;
            }
        });
        using EndpointClient client = Asking.Client(endpoint.BaseUrl);
        int answered = 0;

        await Parallel.ForAsync(0, Requests, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (number, cancellationToken) =>
        {
            string text = string.Concat(Enumerable.Repeat($"<{number}>", Words / 4));
            if (await Record.ExceptionAsync(() => client.AskAsync(Asking.Request(new PromptItem.UserMessage(text)), cancellationToken)) is null)
            {
                Interlocked.Increment(ref answered);
            }
        });

        Assert.InRange(answered, Requests / 2, Requests);
        Assert.True(endpoint.Requests.Count > Requests);
        Assert.All(endpoint.Requests, request =>
        {
            using JsonDocument body = JsonDocument.Parse(request.Body);
            string text = body.RootElement.GetProperty("input")[0].GetProperty("content").GetString()!;
            string word = text[..(text.IndexOf('>') + 1)];
            Assert.Equal(string.Concat(Enumerable.Repeat(word, Words / 4)), text);
        });
    }
}
