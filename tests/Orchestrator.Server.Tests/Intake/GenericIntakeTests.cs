using System.Net;
using Orchestrator.Agent.Intake;

namespace Orchestrator.Server.Tests.Intake;

public sealed class GenericIntakeTests
{
    /// <summary>Few senders send again what was refused for want of room.</summary>
    [Fact]
    public async Task ManyAtOnce_WaitForTheirTurnAndAreAllStored()
    {
        const int Count = 1_000;
        await using IntakeRig rig = await IntakeRig.StartAsync();
        SentDelivery[] deliveries = [.. Enumerable.Range(0, Count).Select(number => SentDelivery.Generic(body => body["ticket"] = $"P-{number}", $"burst-{number}"))];

        HttpStatusCode[] answers = await Task.WhenAll(deliveries.Select(async delivery =>
        {
            using HttpRequestMessage request = delivery.Request();
            using HttpResponseMessage response = await rig.Client.SendAsync(request);
            return response.StatusCode;
        }));

        Assert.Equal([HttpStatusCode.Accepted], answers.Distinct());
    }

    [Fact]
    public async Task Ticket_IsQueuedOnceForEachRequest()
    {
        await using IntakeRig rig = await IntakeRig.StartAsync();

        Assert.Equal(DeliveryState.Queued, await rig.SendAsync(SentDelivery.Generic()));
        Assert.Equal(DeliveryState.Ignored, await rig.SendAsync(SentDelivery.Generic(body => body["revision"] = "2")));
        Assert.Equal(DeliveryState.Queued, await rig.SendAsync(SentDelivery.Generic(body => body["request"] = "again")));
        Assert.Equal(DeliveryState.Refused, await rig.SendAsync(SentDelivery.Generic(body => body["requestedBy"] = "mallory")));
        Assert.Equal(DeliveryState.Refused, await rig.SendAsync(SentDelivery.Generic(body => body["repository"] = "secrets")));

        Wish wish = (await rig.DeliveriesAsync(DeliveryState.Queued))[^1].Wish!;
        Assert.Equal(("generic:anna", "generic:ben", "3"), (wish.Requester, wish.Ticket.Author, wish.Ticket.Revision));
    }

    [Theory]
    [InlineData("ticket", "P 1")]
    [InlineData("ticket", "")]
    [InlineData("title", null)]
    [InlineData("revision", "\u001b[31m")]
    [InlineData("author", "ben\u202e")]
    [InlineData("requestedBy", null)]
    public async Task FieldThatIsNoName_IsRefused(string field, string? value)
    {
        await using IntakeRig rig = await IntakeRig.StartAsync();

        using HttpResponseMessage response = await rig.Client.SendAsync(SentDelivery.Generic(body => body[field] = value).Request());

        await ProblemAssert.IsProblemAsync(HttpStatusCode.BadRequest, response);
        Assert.Empty(await rig.DeliveriesAsync());
    }

    [Fact]
    public async Task AnotherBodyUnderASignedName_IsRefused()
    {
        await using IntakeRig rig = await IntakeRig.StartAsync();
        await rig.SendAsync(SentDelivery.Generic(id: "msg"));

        using HttpResponseMessage response = await rig.Client.SendAsync(SentDelivery.Generic(body => body["ticket"] = "P-2", id: "msg").Request());

        await ProblemAssert.IsProblemAsync(HttpStatusCode.Conflict, response);
    }
}
