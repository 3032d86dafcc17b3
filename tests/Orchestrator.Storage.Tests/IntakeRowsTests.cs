using Orchestrator.Agent.Audit;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Tickets;

namespace Orchestrator.Storage.Tests;

public sealed class IntakeRowsTests
{
    private static readonly IntakeLimits Limits = new(MostRuns: 100, MostOfSource: 100);

    [Fact]
    public async Task Delivery_IsThereOnceAndReadAsItCame()
    {
        await using StorageRig rig = await StorageRig.StartAsync();

        Receipt first = await rig.Intake.ReceiveAsync(Delivery(1), CancellationToken.None);
        Receipt again = await rig.Intake.ReceiveAsync(Delivery(1) with { SenderId = "another" }, CancellationToken.None);
        Receipt other = await rig.Intake.ReceiveAsync(Delivery(2) with { SenderId = Delivery(1).SenderId }, CancellationToken.None);

        Assert.Equal([ReceiptKind.New, ReceiptKind.Repeated, ReceiptKind.Conflicting], [first.Kind, again.Kind, other.Kind]);
        Assert.Equal(Delivery(1) with { Id = 1, ReceivedAt = first.Delivery.ReceivedAt, DueAt = first.Delivery.DueAt, TicketKey = "payments#1" }, first.Delivery);
        Assert.Equal(first.Delivery, again.Delivery);
        Assert.Equal(["desk:anna"], (await ActsAsync(rig, AuditKind.TicketTaken)).Select(act => act.Actor));
    }

    [Fact]
    public async Task StoreThatIsClosed_TakesNothing()
    {
        StorageRig rig = await StorageRig.StartAsync();
        IIntakeStore store = rig.Intake;
        await rig.DisposeAsync();

        await Assert.ThrowsAsync<IntakeStoreException>(() => store.ReceiveAsync(Delivery(1), CancellationToken.None));
    }

    [Fact]
    public async Task SeveralKeepers_MakeADeliveryOneRun()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await using StorageRig second = await rig.OpenAnotherAsync();
        await rig.Intake.ReceiveAsync(Delivery(1), CancellationToken.None);

        IntakeDelivery? claimed = await rig.Intake.ClaimAsync(1, rig.Time.GetUtcNow().AddMinutes(5), CancellationToken.None);
        Assert.Null(await second.Intake.ClaimAsync(1, rig.Time.GetUtcNow().AddMinutes(5), CancellationToken.None));

        // The first is slow, and another keeper takes over.
        StartOutcome other = await StartAsync(second, claimed!, "r2");
        StartOutcome slow = await StartAsync(rig, claimed!, "r3");

        Assert.Equal([StartOutcome.Started, StartOutcome.Gone], [other, slow]);
        Assert.Equal("payments", (await rig.Tickets.FindAsync("r2", CancellationToken.None))?.Repository);
        Assert.Null(await rig.Runs.FindAsync("r3", CancellationToken.None));
        Assert.Null(await rig.Tickets.FindAsync("r3", CancellationToken.None));
    }

    [Fact]
    public async Task ClaimOfAKeeperThatDied_IsOverWhenItsTimeIs()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Intake.ReceiveAsync(Delivery(1), CancellationToken.None);
        await rig.Intake.ClaimAsync(1, rig.Time.GetUtcNow().AddMinutes(5), CancellationToken.None);

        Assert.Empty((await rig.Intake.ReadQueueAsync(CancellationToken.None)).Waiting);
        rig.Time.Advance(TimeSpan.FromMinutes(5));

        Assert.Single((await rig.Intake.ReadQueueAsync(CancellationToken.None)).Waiting);
        Assert.Equal(2, (await rig.Intake.ClaimAsync(1, rig.Time.GetUtcNow().AddMinutes(5), CancellationToken.None))?.Attempts);
    }

    [Fact]
    public async Task TicketWithARunUnderWay_GetsNoSecond()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Intake.ReceiveAsync(Delivery(1), CancellationToken.None);
        await rig.Intake.ReceiveAsync(Delivery(2, ticket: 1, request: "again"), CancellationToken.None);
        await StartAsync(rig, (await rig.Intake.ClaimAsync(1, rig.Time.GetUtcNow(), CancellationToken.None))!, "r2");

        StartOutcome outcome = await StartAsync(rig, (await rig.Intake.ClaimAsync(2, rig.Time.GetUtcNow(), CancellationToken.None))!, "r3");

        Assert.Equal(StartOutcome.Busy, outcome);
        IntakeDelivery second = (await rig.Intake.SearchAsync(new DeliveryQuery(), CancellationToken.None)).Deliveries[0];
        Assert.Equal((DeliveryState.Ignored, "Run r2 works on this ticket; ask again when it is over."), (second.State, second.Reason));
    }

    [Fact]
    public async Task LimitsAndKillSwitch_HoldInTheTransactionThatStarts()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        foreach (int number in Enumerable.Range(1, 3))
        {
            await rig.Intake.ReceiveAsync(Delivery(number), CancellationToken.None);
        }

        IntakeDelivery[] claimed = await Task.WhenAll(Enumerable.Range(1, 3).Select(async id => (await rig.Intake.ClaimAsync(id, rig.Time.GetUtcNow().AddMinutes(5), CancellationToken.None))!));
        Assert.Equal(StartOutcome.Started, await StartAsync(rig, claimed[0], "r2"));

        Assert.Equal(StartOutcome.Full, await rig.Intake.StartAsync(claimed[1], claimed[1].Wish!, StorageRig.Task("r3"), new IntakeLimits(100, 1), CancellationToken.None));
        Assert.Equal(StartOutcome.Full, await rig.Intake.StartAsync(claimed[1], claimed[1].Wish!, StorageRig.Task("r3"), new IntakeLimits(1, 100), CancellationToken.None));
        await rig.Steering.TurnOnKillSwitchAsync("acme", "ada", null, CancellationToken.None);
        Assert.Equal(StartOutcome.Held, await StartAsync(rig, claimed[2], "r4"));
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty((await rig.Intake.ReadQueueAsync(CancellationToken.None)).Waiting);
        await rig.Steering.TurnOffKillSwitchAsync("acme", null, "ada", null, CancellationToken.None);

        Assert.Equal([2, 3], (await rig.Intake.ReadQueueAsync(CancellationToken.None)).Waiting.Select(one => one.Id));
        Assert.Equal(1, (await rig.Intake.ReadQueueAsync(CancellationToken.None)).Running["desk"]);
    }

    /// <summary>Through the store, with a flood of what is more urgent: the old one is passed over as often as is said, and no more.</summary>
    [Fact]
    public async Task Flood_StarvesNobody()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Intake.ReceiveAsync(Delivery(1), CancellationToken.None);
        for (int number = 2; number < 60; number++)
        {
            await rig.Intake.ReceiveAsync(Delivery(number) with { Priority = 100 }, CancellationToken.None);
        }

        var order = new List<long>();
        while ((await rig.Intake.ReadQueueAsync(CancellationToken.None)).Next(1000, _ => 1000) is { } next)
        {
            IntakeDelivery claimed = (await rig.Intake.ClaimAsync(next.Id, rig.Time.GetUtcNow().AddMinutes(5), CancellationToken.None))!;
            await StartAsync(rig, claimed, $"run-{next.Id}");
            order.Add(next.Id);
        }

        Assert.Equal(IntakeQueue.MostOvertaken, order.IndexOf(1));
        Assert.Equal(59, order.Count);
    }

    [Fact]
    public async Task GivenUp_IsTriedAgainWhenSomebodySaysSo()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        Receipt received = await rig.Intake.ReceiveAsync(Delivery(1), CancellationToken.None);
        await rig.Intake.EndAsync(received.Delivery, DeliveryState.Failed, "No key.", CancellationToken.None);

        Assert.True(await rig.Intake.RetryAsync(1, "ada", CancellationToken.None));
        Assert.False(await rig.Intake.RetryAsync(1, "ada", CancellationToken.None));

        Assert.NotNull((await rig.Intake.ClaimAsync(1, rig.Time.GetUtcNow(), CancellationToken.None))?.Wish);
        Assert.Equal(["ada"], (await ActsAsync(rig, AuditKind.DeliveryRetried)).Select(act => act.Actor));
    }

    [Fact]
    public async Task WhatCameToNothing_IsForgottenAndWhatBecameARunIsNot()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Intake.ReceiveAsync(Delivery(1), CancellationToken.None);
        await rig.Intake.ReceiveAsync(Delivery(2) with { State = DeliveryState.Ignored, Wish = null }, CancellationToken.None);
        await rig.Intake.ReceiveAsync(Delivery(3) with { State = DeliveryState.Refused, Wish = null, Reason = "no" }, CancellationToken.None);
        await StartAsync(rig, (await rig.Intake.ClaimAsync(1, rig.Time.GetUtcNow(), CancellationToken.None))!, "r2");

        await rig.Intake.ForgetAsync(rig.Time.GetUtcNow().AddSeconds(1), CancellationToken.None);

        Assert.Equal([1], (await rig.Intake.SearchAsync(new DeliveryQuery(), CancellationToken.None)).Deliveries.Select(one => one.Id));
    }

    private static Task<StartOutcome> StartAsync(StorageRig rig, IntakeDelivery delivery, string run) =>
        rig.Intake.StartAsync(delivery, delivery.Wish!, StorageRig.Task(run), Limits, CancellationToken.None);

    private static async Task<IEnumerable<AuditAct>> ActsAsync(StorageRig rig, AuditKind kind) =>
        (await rig.Audit.ReadAsync(0, null, 1000, CancellationToken.None)).Select(entry => entry.Act).Where(act => act.Kind == kind);

    private static IntakeDelivery Delivery(int number, int? ticket = null, string request = "1") => new()
    {
        Source = "desk",
        Tenant = "acme",
        Team = "payments",
        SenderId = $"msg-{number}",
        BodyHash = $"hash of {number}",
        Event = "ticket",
        ReceivedAt = DateTimeOffset.UnixEpoch,
        State = DeliveryState.Queued,
        Wish = new Wish
        {
            Ticket = new Ticket { Host = TicketHost.Generic, Source = "desk", Repository = "payments", Number = $"{ticket ?? number}", Revision = "1", Title = "Totals" },
            Text = "Please mend them.",
            AskedBy = "anna",
            Requester = "desk:anna",
            Trigger = $"request:{request}",
        },
    };
}
