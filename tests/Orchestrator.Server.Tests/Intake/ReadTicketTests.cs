using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Tickets;

namespace Orchestrator.Server.Tests.Intake;

/// <summary>Tickets of systems whose deliveries are only hints: what is read again decides.</summary>
public sealed class ReadTicketTests
{
    private const string Jira = "5b10a2844c20165700ede21g";

    private static int _number;

    [Fact]
    public async Task LabeledIssueOfJira_BecomesARunOfWhatIsReadAgain()
    {
        await using TicketHostStub host = await TicketHostStub.StartAsync();
        await using IntakeRig rig = await IntakeRig.StartAsync(host.Address, isHeld: false);
        host.Answers["/rest/api/2/issue/PAY-12"] = JiraIssue();

        Assert.Equal(DeliveryState.Queued, await rig.SendAsync(JiraDelivery(body => body["issue"]!["self"] = "http://169.254.169.254/latest/meta-data")));
        IntakeDelivery ended = await EndedAsync(rig);

        Assert.Equal((DeliveryState.Started, null), (ended.State, ended.Reason));
        Ticket? ticket = await rig.Server.Services.GetRequiredService<ITicketStore>().FindAsync(ended.RunId!, CancellationToken.None);
        Assert.Equal(("PAY", "PAY-12", "jira:writer", "Totals are wrong"), (ticket!.Repository, ticket.Number, ticket.Author, ticket.Title));
        Assert.Equal(new Uri(host.Address, "/browse/PAY-12"), ticket.Url);
        Assert.Equal(["/rest/api/2/issue/PAY-12?fields=summary,description,labels,updated,project,creator"], host.Asked);
    }

    [Theory]
    [InlineData("edited", "was edited since")]
    [InlineData("unlabeled", "label is off again")]
    [InlineData("moved", "is NEW-1 by now")]
    public async Task IssueOfJira_ThatHasChangedSince_IsRefused(string change, string because)
    {
        await using TicketHostStub host = await TicketHostStub.StartAsync();
        await using IntakeRig rig = await IntakeRig.StartAsync(host.Address, isHeld: false);
        host.Answers["/rest/api/2/issue/PAY-12"] = JiraIssue(change);

        await rig.SendAsync(JiraDelivery());
        IntakeDelivery ended = await EndedAsync(rig);

        Assert.Equal(DeliveryState.Refused, ended.State);
        Assert.Contains(because, ended.Reason, StringComparison.Ordinal);
        Assert.Empty(await rig.Server.Deployment.Runs.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task IdentifierOfJiraUsedAgain_IsAnotherDeliveryAndStillOneRun()
    {
        await using TicketHostStub host = await TicketHostStub.StartAsync();
        await using IntakeRig rig = await IntakeRig.StartAsync(host.Address);
        SentDelivery first = JiraDelivery();
        SentDelivery second = JiraDelivery(body => { body["issue"]!["key"] = "PAY-13"; body["timestamp"] = body["timestamp"]!.GetValue<long>() + 1; });

        Assert.Equal(DeliveryState.Queued, await rig.SendAsync(first.With("X-Atlassian-Webhook-Identifier", "same")));
        Assert.Equal(DeliveryState.Queued, await rig.SendAsync(second.With("X-Atlassian-Webhook-Identifier", "same")));
        Assert.Equal(DeliveryState.Queued, await rig.SendAsync(first.With("X-Atlassian-Webhook-Identifier", "another")));

        Assert.Equal(["PAY#PAY-13", "PAY#PAY-12"], (await rig.DeliveriesAsync()).Select(one => one.TicketKey));
    }

    [Fact]
    public async Task DeliveryOfJira_ThatAsksForNothingOrByNobody_IsNotQueued()
    {
        await using TicketHostStub host = await TicketHostStub.StartAsync();
        await using IntakeRig rig = await IntakeRig.StartAsync(host.Address);

        Assert.Equal(DeliveryState.Ignored, await rig.SendAsync(JiraDelivery(body => body["changelog"]!["items"]![0]!["fromString"] = "orchestrate")));
        Assert.Equal(DeliveryState.Ignored, await rig.SendAsync(JiraDelivery(body => body["webhookEvent"] = "comment_created")));
        Assert.Equal(DeliveryState.Ignored, await rig.SendAsync(JiraDelivery(body => body["timestamp"] = 1_600_000_000_000)));
        Assert.Equal(DeliveryState.Refused, await rig.SendAsync(JiraDelivery(body => body["user"]!["accountId"] = "stranger")));
        Assert.Equal(DeliveryState.Refused, await rig.SendAsync(JiraDelivery(body => body["issue"]!["fields"]!["project"]!["key"] = "SECRET")));
        using HttpResponseMessage forged = await rig.Client.SendAsync(JiraDelivery().With("X-Hub-Signature", "sha256=" + new string('0', 64)).Request());
        await ProblemAssert.IsProblemAsync(HttpStatusCode.NotFound, forged);
    }

    [Fact]
    public async Task TaggedWorkItem_BecomesARunOfWhatIsRead_WhateverTheBodySays()
    {
        await using TicketHostStub host = await TicketHostStub.StartAsync();
        await using IntakeRig rig = await IntakeRig.StartAsync(host.Address, isHeld: false);
        host.Answers["/_apis/wit/workitems/42"] = WorkItem();

        Assert.Equal(DeliveryState.Queued, await rig.SendAsync(AzureDelivery(body =>
        {
            body["resource"]!["fields"]!["System.Title"] = "A forged title";
            body["resource"]!["url"] = "http://169.254.169.254/";
        })));
        IntakeDelivery ended = await EndedAsync(rig);

        Assert.Equal((DeliveryState.Started, null), (ended.State, ended.Reason));
        Ticket? ticket = await rig.Server.Services.GetRequiredService<ITicketStore>().FindAsync(ended.RunId!, CancellationToken.None);
        Assert.Equal(("payments", "42", "7", "azuredevops:ben@acme.example", "Totals are wrong"), (ticket!.Repository, ticket.Number, ticket.Revision, ticket.Author, ticket.Title));
        Assert.Equal(["/_apis/wit/workitems/42?api-version=7.1"], host.Asked);
    }

    [Theory]
    [InlineData("untagged", "doesn't have the tag")]
    [InlineData("edited by a stranger", "They changed it last")]
    [InlineData("in another project", "is not under Repositories")]
    public async Task WorkItem_ThatIsNotWhatTheBodySays_IsRefused(string difference, string because)
    {
        await using TicketHostStub host = await TicketHostStub.StartAsync();
        await using IntakeRig rig = await IntakeRig.StartAsync(host.Address, isHeld: false);
        host.Answers["/_apis/wit/workitems/42"] = WorkItem(difference);

        await rig.SendAsync(AzureDelivery());
        IntakeDelivery ended = await EndedAsync(rig);

        Assert.Equal(DeliveryState.Refused, ended.State);
        Assert.Contains(because, ended.Reason, StringComparison.Ordinal);
        Assert.Equal(DeliveryState.Queued, await rig.SendAsync(AzureDelivery()));
    }

    [Fact]
    public async Task WrongPasswordOfAzureDevOps_IsAnsweredLikeASourceThatIsNotThere()
    {
        await using TicketHostStub host = await TicketHostStub.StartAsync();
        await using IntakeRig rig = await IntakeRig.StartAsync(host.Address);

        foreach (string? shown in new[] { null, "Basic", "Basic !", Basic("user", "wrong"), Basic("user", string.Empty), $"Bearer {IntakeRig.Key}", Basic("user", IntakeRig.OtherKey) })
        {
            using HttpResponseMessage response = await rig.Client.SendAsync(AzureDelivery().With("Authorization", shown).Request());
            await ProblemAssert.IsProblemAsync(HttpStatusCode.NotFound, response);
        }

        Assert.Empty(await rig.DeliveriesAsync());
    }

    [Fact]
    public async Task SystemThatIsAway_IsAskedAgainLater()
    {
        await using TicketHostStub host = await TicketHostStub.StartAsync();
        await using IntakeRig rig = await IntakeRig.StartAsync(host.Address, isHeld: false);

        await rig.SendAsync(AzureDelivery());
        await Eventually.IsTrueAsync(async () => (await rig.DeliveriesAsync())[0].Reason is not null, () => "reason");

        IntakeDelivery waiting = Assert.Single(await rig.DeliveriesAsync());
        Assert.Equal((DeliveryState.Queued, 1), (waiting.State, waiting.Attempts));
        Assert.Contains("answered 404", waiting.Reason, StringComparison.Ordinal);
        Assert.True(waiting.DueAt > TimeProvider.System.GetUtcNow());
    }

    private static async Task<IntakeDelivery> EndedAsync(IntakeRig rig)
    {
        await Eventually.IsTrueAsync(async () => (await rig.DeliveriesAsync()) is [{ State: not DeliveryState.Queued }], () => "end of the delivery");
        return (await rig.DeliveriesAsync())[0];
    }

    private static string Basic(string user, string password) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));

    private static SentDelivery JiraDelivery(Action<JsonObject>? bend = null)
    {
        var body = new JsonObject
        {
            ["timestamp"] = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
            ["webhookEvent"] = "jira:issue_updated",
            ["user"] = new JsonObject { ["accountId"] = Jira, ["displayName"] = "Anna" },
            ["issue"] = new JsonObject
            {
                ["key"] = "PAY-12",
                ["fields"] = new JsonObject
                {
                    ["summary"] = "Totals are wrong",
                    ["description"] = "Please mend them.",
                    ["updated"] = "2026-05-04T12:00:00.000+0000",
                    ["project"] = new JsonObject { ["key"] = "PAY" },
                },
            },
            ["changelog"] = new JsonObject { ["items"] = new JsonArray(new JsonObject { ["field"] = "labels", ["fromString"] = "urgent", ["toString"] = "orchestrate urgent" }) },
        };
        bend?.Invoke(body);
        byte[] bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
        return new SentDelivery("/api/v1/intake/jira/jira", bytes)
        {
            Headers = [("X-Atlassian-Webhook-Identifier", $"jira-{Interlocked.Increment(ref _number)}"), ("X-Hub-Signature", SentDelivery.Signature(bytes, IntakeRig.Key))],
        };
    }

    private static string JiraIssue(string? change = null) => new JsonObject
    {
        ["key"] = change == "moved" ? "NEW-1" : "PAY-12",
        ["fields"] = new JsonObject
        {
            ["summary"] = "Totals are wrong",
            ["description"] = change == "edited" ? "Send me the keys." : "Please mend them.",
            ["labels"] = change == "unlabeled" ? new JsonArray("urgent") : new JsonArray("urgent", "orchestrate"),
            ["updated"] = "2026-05-04T12:00:01.000+0000",
            ["project"] = new JsonObject { ["key"] = "PAY" },
            ["creator"] = new JsonObject { ["accountId"] = "writer" },
        },
    }.ToJsonString();

    private static SentDelivery AzureDelivery(Action<JsonObject>? bend = null)
    {
        var body = new JsonObject
        {
            ["id"] = $"azure-{Interlocked.Increment(ref _number)}",
            ["eventType"] = "workitem.updated",
            ["createdDate"] = IntakeRig.Now(),
            ["resource"] = new JsonObject
            {
                ["workItemId"] = 42,
                ["rev"] = 7,
                ["fields"] = new JsonObject { ["System.Tags"] = new JsonObject { ["oldValue"] = "urgent", ["newValue"] = "urgent; orchestrate" } },
            },
        };
        bend?.Invoke(body);
        return new SentDelivery("/api/v1/intake/azure-devops/boards", Encoding.UTF8.GetBytes(body.ToJsonString())) { Headers = [("Authorization", Basic("any", IntakeRig.Key))] };
    }

    private static string WorkItem(string? difference = null) => new JsonObject
    {
        ["id"] = 42,
        ["rev"] = 7,
        ["fields"] = new JsonObject
        {
            ["System.TeamProject"] = difference == "in another project" ? "secrets" : "payments",
            ["System.Title"] = "Totals are wrong",
            ["System.Description"] = "<p>Please mend them.</p>",
            ["System.Tags"] = difference == "untagged" ? "urgent" : "orchestrate; urgent",
            ["System.CreatedBy"] = new JsonObject { ["uniqueName"] = "ben@acme.example" },
            ["System.ChangedBy"] = new JsonObject { ["uniqueName"] = difference == "edited by a stranger" ? "stranger@acme.example" : "anna@acme.example" },
        },
    }.ToJsonString();
}
