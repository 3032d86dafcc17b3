using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Orchestrator.Agent.Audit;
using Orchestrator.Agent.Intake;

namespace Orchestrator.Server.Tests.Intake;

public sealed class GitHubIntakeTests
{
    /// <summary>What asks for nothing, or by whom may not; each by name, so that a failure says which.</summary>
    private static IReadOnlyDictionary<string, (SentDelivery Delivery, DeliveryState State)> Cases { get; } = new Dictionary<string, (SentDelivery, DeliveryState)>
    {
        ["the label"] = (SentDelivery.Labeled(1), DeliveryState.Queued),
        ["the label in capitals"] = (SentDelivery.Labeled(2, bend: body => { body["label"]!["name"] = "Orchestrate"; }), DeliveryState.Queued),
        ["the command"] = (SentDelivery.Commented(issue: 3, comment: 3), DeliveryState.Queued),
        ["the command and more lines"] = (SentDelivery.Commented("/orchestrator run \r\nplease", issue: 4, comment: 4), DeliveryState.Queued),
        ["a program that is named"] = (SentDelivery.Labeled(5, "deploy[bot]"), DeliveryState.Queued),
        ["another label"] = (SentDelivery.Labeled(20, bend: body => body["label"]!["name"] = "bug"), DeliveryState.Ignored),
        ["the label taken off"] = (SentDelivery.Labeled(21, bend: body => body["action"] = "unlabeled"), DeliveryState.Ignored),
        ["the label that is off again"] = (SentDelivery.Labeled(22, bend: body => body["issue"]!["labels"] = new JsonArray()), DeliveryState.Ignored),
        ["an edit"] = (SentDelivery.Labeled(23, bend: body => body["action"] = "edited"), DeliveryState.Ignored),
        ["a closed issue"] = (SentDelivery.Labeled(24, bend: body => body["issue"]!["state"] = "closed"), DeliveryState.Ignored),
        ["an event of a pull request"] = (SentDelivery.GitHub("pull_request", SentDelivery.Labeled(25).Body), DeliveryState.Ignored),
        ["a comment at a pull request"] = (SentDelivery.Commented(issue: 26, bend: body => body["issue"]!["pull_request"] = new JsonObject()), DeliveryState.Ignored),
        ["the label of yesterday"] = (SentDelivery.Labeled(27, bend: body => body["issue"]!["updated_at"] = IntakeRig.Now(TimeSpan.FromHours(25))), DeliveryState.Ignored),
        ["the comment of yesterday"] = (SentDelivery.Commented(issue: 28, bend: body => body["comment"]!["created_at"] = IntakeRig.Now(TimeSpan.FromHours(25))), DeliveryState.Ignored),
        ["a ping"] = (SentDelivery.GitHub("ping", "{\"zen\":\"x\"}"u8.ToArray()), DeliveryState.Ignored),
        ["a comment"] = (SentDelivery.Commented("Shall /orchestrator run do it?", issue: 29), DeliveryState.Ignored),
        ["a quoted command"] = (SentDelivery.Commented("> /orchestrator run", issue: 30), DeliveryState.Ignored),
        ["a command behind other words"] = (SentDelivery.Commented("Well\n/orchestrator run", issue: 31), DeliveryState.Ignored),
        ["another command"] = (SentDelivery.Commented("/orchestrator run --yes", issue: 32), DeliveryState.Ignored),
        ["an approval by comment"] = (SentDelivery.Commented("/orchestrator approve", issue: 33), DeliveryState.Ignored),
        ["a deleted comment"] = (SentDelivery.Commented(issue: 34, bend: body => body["action"] = "deleted"), DeliveryState.Ignored),
        ["an edited comment"] = (SentDelivery.Commented(issue: 35, bend: body => body["action"] = "edited"), DeliveryState.Ignored),
        ["a program"] = (SentDelivery.Labeled(40, "helper[bot]"), DeliveryState.Refused),
        ["a program by type alone"] = (SentDelivery.Labeled(41, bend: body => body["sender"]!["type"] = "Bot"), DeliveryState.Refused),
        ["a stranger's comment"] = (SentDelivery.Commented(issue: 42, association: "NONE"), DeliveryState.Refused),
        ["a contributor's comment"] = (SentDelivery.Commented(issue: 43, association: "CONTRIBUTOR"), DeliveryState.Refused),
        ["a comment without association"] = (SentDelivery.Commented(issue: 44, bend: body => body["comment"]!.AsObject().Remove("author_association")), DeliveryState.Refused),
        ["somebody else sends a member's comment"] = (SentDelivery.Commented(issue: 45, bend: body => body["sender"]!["login"] = "stranger"), DeliveryState.Refused),
        ["a form labels a stranger's own issue"] = (SentDelivery.Labeled(46, "stranger"), DeliveryState.Refused),
        ["another repository"] = (SentDelivery.Labeled(47, bend: body => body["repository"]!["full_name"] = "acme/secrets"), DeliveryState.Refused),
    };

    [Fact]
    public async Task OnlyWhoMayAndWhatAsks_IsQueued()
    {
        await using IntakeRig rig = await IntakeRig.StartAsync();
        var wrong = new List<string>();

        foreach ((string name, (SentDelivery delivery, DeliveryState expected)) in Cases)
        {
            DeliveryState state = await rig.SendAsync(delivery);
            if (state != expected)
            {
                wrong.Add($"{name}: {state}");
            }
        }

        Assert.Empty(wrong);
        Assert.Equal(Cases.Values.Count(one => one.State == DeliveryState.Queued), (await rig.ActsAsync(AuditKind.TicketTaken)).Count);
        Assert.Equal(Cases.Values.Count(one => one.State == DeliveryState.Refused), (await rig.ActsAsync(AuditKind.TicketRefused)).Count);
    }

    [Fact]
    public async Task SameBodyUnderAnotherName_IsTheSameDelivery()
    {
        await using IntakeRig rig = await IntakeRig.StartAsync();
        SentDelivery delivery = SentDelivery.Labeled();
        await rig.SendAsync(delivery);

        await rig.SendAsync(delivery);
        await rig.SendAsync(delivery.Renamed("another-name"));

        Assert.Single(await rig.DeliveriesAsync());
    }

    [Fact]
    public async Task AnotherBodyUnderTheSameName_IsRefused()
    {
        await using IntakeRig rig = await IntakeRig.StartAsync();
        await rig.SendAsync(SentDelivery.Labeled(1).Renamed("name"));

        using HttpResponseMessage response = await rig.Client.SendAsync(SentDelivery.Labeled(2).Renamed("name").Request());

        await ProblemAssert.IsProblemAsync(HttpStatusCode.Conflict, response);
        Assert.Equal("acme/payments#1", Assert.Single(await rig.DeliveriesAsync()).TicketKey);
    }

    /// <summary>GitHub doesn't sign the event's name: a body is believed only as what it is, and nothing else uses it up.</summary>
    [Fact]
    public async Task SameBodyAsAnotherEvent_AsksForNothingAndUsesNothingUp()
    {
        await using IntakeRig rig = await IntakeRig.StartAsync();
        SentDelivery labeled = SentDelivery.Labeled();

        using HttpResponseMessage comment = await rig.Client.SendAsync(labeled.With("X-GitHub-Event", "issue_comment").Request());
        await ProblemAssert.IsProblemAsync(HttpStatusCode.BadRequest, comment);
        Assert.Equal(DeliveryState.Ignored, await rig.SendAsync(labeled.With("X-GitHub-Event", "push").Renamed("one")));

        Assert.Equal(DeliveryState.Queued, await rig.SendAsync(labeled));
    }

    [Fact]
    public async Task LabelTakenOffAndPutOnAgain_InWhateverOrder_IsOneRun()
    {
        await using IntakeRig rig = await IntakeRig.StartAsync();

        await rig.SendAsync(SentDelivery.Labeled(bend: body => body["issue"]!["updated_at"] = IntakeRig.Now(TimeSpan.FromMinutes(1))));
        await rig.SendAsync(SentDelivery.Labeled(bend: body => body["action"] = "unlabeled"));
        await rig.SendAsync(SentDelivery.Labeled(bend: body => body["issue"]!["updated_at"] = IntakeRig.Now(TimeSpan.FromMinutes(2))));
        await rig.SendAsync(SentDelivery.Labeled(bend: body => body["issue"]!["body"] = "Edited."));

        IntakeDelivery queued = Assert.Single(await rig.DeliveriesAsync(DeliveryState.Queued));
        Assert.Equal("Please mend them.", queued.Wish!.Text);
        Assert.All(
            (await rig.DeliveriesAsync(DeliveryState.Ignored)).Where(one => one.Event == "issues.labeled"),
            one => Assert.Contains($"Delivery {queued.Id} has asked for the same", one.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task FiftyAtOnce_AreOne()
    {
        await using IntakeRig rig = await IntakeRig.StartAsync();
        SentDelivery same = SentDelivery.Labeled();
        IEnumerable<SentDelivery> all = Enumerable.Range(0, 50).SelectMany(number => new[]
        {
            same.Renamed($"same-{number}"),
            SentDelivery.Labeled(bend: body => body["nonce"] = number),
        });

        DeliveryState[] states = await Task.WhenAll(all.Select(rig.SendAsync));

        Assert.Single(await rig.DeliveriesAsync(DeliveryState.Queued));
        Assert.DoesNotContain(DeliveryState.Failed, states);
    }

    [Fact]
    public async Task StoreThatIsAway_IsToldAndTheSecondSendingCounts()
    {
        await using IntakeRig rig = await IntakeRig.StartAsync();
        SentDelivery delivery = SentDelivery.Labeled();
        await using (var blocker = new SqliteConnection($"Data Source={Path.Combine(rig.Server.Data, "run.db")};Pooling=False"))
        {
            await blocker.OpenAsync();
            await using SqliteCommand command = blocker.CreateCommand();
            command.CommandText = "BEGIN IMMEDIATE";
            await command.ExecuteNonQueryAsync();

            using HttpResponseMessage response = await rig.Client.SendAsync(delivery.Request());

            await ProblemAssert.IsProblemAsync(HttpStatusCode.ServiceUnavailable, response);
            Assert.NotNull(response.Headers.RetryAfter);
        }

        Assert.Empty(await rig.DeliveriesAsync());
        Assert.Equal(DeliveryState.Queued, await rig.SendAsync(delivery));
    }

    [Fact]
    public async Task Page_ListsDeliveriesToWhomItIsFor()
    {
        await using IntakeRig rig = await IntakeRig.StartAsync();
        await rig.SendAsync(SentDelivery.Labeled());
        await rig.SendAsync(SentDelivery.Labeled(7, source: "other", key: IntakeRig.OtherKey));
        using HttpClient admin = rig.Server.With(rig.Admin.Secret);

        string page = await admin.GetStringAsync(new Uri("/intake", UriKind.Relative));
        string list = await admin.GetStringAsync(new Uri("/api/v1/intake/deliveries", UriKind.Relative));

        Assert.Contains("acme/payments#12", page, StringComparison.Ordinal);
        Assert.Contains("acme/payments#12", list, StringComparison.Ordinal);
        Assert.DoesNotContain("acme/payments#7", page + list, StringComparison.Ordinal);
        await ProblemAssert.IsProblemAsync(HttpStatusCode.UnprocessableEntity, await admin.GetAsync(new Uri("/api/v1/intake/deliveries?state=lost", UriKind.Relative)));
    }
}
