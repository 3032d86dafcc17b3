using Orchestrator.Agent.Intake.Comments;
using Orchestrator.Agent.Intake.Transitions;
using Orchestrator.Agent.Tickets;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Storage.Tests;

public sealed class TicketTransitionRowsTests
{
    private const string Source = "payments";

    private static readonly DueTransition Begun = new(StorageRig.Run, TicketStage.Started);

    private static readonly DueTransition Over = new(StorageRig.Run, TicketStage.Failed);

    [Fact]
    public async Task Transition_IsTakenOnceAndReadAsItWasKept()
    {
        await using StorageRig rig = await StartAsync();
        await using StorageRig another = await rig.OpenAnotherAsync();
        Assert.Equal([Begun], await rig.TicketTransitions.ListDueAsync(Source, CancellationToken.None));
        Assert.Empty(await rig.TicketTransitions.ListDueAsync("desk", CancellationToken.None));

        TicketTransition taken = (await TakeAsync(rig, Begun))!;
        Assert.Null(await TakeAsync(another, Begun));
        Assert.Empty(await another.TicketTransitions.ListDueAsync(Source, CancellationToken.None));
        Assert.True(await rig.TicketTransitions.KeepAsync(taken, taken with { UnderWay = "Doing", Failure = "away" }, CancellationToken.None));
        rig.Time.Advance(TimeSpan.FromMinutes(8));
        another.Time.Advance(TimeSpan.FromMinutes(8));
        TicketTransition again = (await TakeAsync(another, Begun))!;

        Assert.Equal(taken with { UnderWay = "Doing", Failure = "away", Attempts = 2, DueAt = again.DueAt }, again);
        Assert.False(await rig.TicketTransitions.KeepAsync(taken, taken with { Stage = TicketStage.Started }, CancellationToken.None));
        Assert.Null(await rig.TicketTransitions.FindFailureAsync(StorageRig.Run, CancellationToken.None));
        Assert.True(await another.TicketTransitions.KeepAsync(
            again, again with { Stage = TicketStage.Started, Failure = "no such state", DueAt = rig.Time.GetUtcNow() }, CancellationToken.None));
        Assert.Equal("no such state", await rig.TicketTransitions.FindFailureAsync(StorageRig.Run, CancellationToken.None));
        Assert.Empty(await rig.TicketTransitions.ListDueAsync(Source, CancellationToken.None));
    }

    [Fact]
    public async Task StageThatComesNext_BeginsAnew()
    {
        await using StorageRig rig = await StartAsync();
        TicketTransition taken = (await TakeAsync(rig, Begun))!;
        await rig.TicketTransitions.KeepAsync(taken, taken with { UnderWay = "Doing", Failure = "away", DueAt = rig.Time.GetUtcNow() }, CancellationToken.None);

        await rig.FinishAsync(RunStatus.Canceled);
        Assert.Equal([Over], await rig.TicketTransitions.ListDueAsync(Source, CancellationToken.None));
        TicketTransition next = (await TakeAsync(rig, Over))!;

        Assert.Equal(new TicketTransition { RunId = StorageRig.Run, Aim = TicketStage.Failed, Attempts = 1, DueAt = next.DueAt }, next);
    }

    [Fact]
    public async Task TicketThatWasToldOfNoFailure_IsDueWhenThereIsOne()
    {
        await using StorageRig rig = await StartAsync();
        TicketComment comment = (await rig.TicketComments.TakeAsync(StorageRig.Run, rig.Time.GetUtcNow().AddMinutes(8), CancellationToken.None))!;
        await rig.TicketComments.KeepAsync(comment, comment with { Seen = 1000, DueAt = rig.Time.GetUtcNow() }, CancellationToken.None);
        Assert.Empty(await rig.TicketComments.ListDueAsync(Source, CancellationToken.None));

        TicketTransition taken = (await TakeAsync(rig, Begun))!;
        await rig.TicketTransitions.KeepAsync(taken, taken with { Stage = TicketStage.Started, Failure = "no such state" }, CancellationToken.None);
        Assert.Equal([StorageRig.Run], await rig.TicketComments.ListDueAsync(Source, CancellationToken.None));
        TicketComment told = (await rig.TicketComments.TakeAsync(StorageRig.Run, rig.Time.GetUtcNow().AddMinutes(8), CancellationToken.None))!;
        await rig.TicketComments.KeepAsync(told, told with { Unmoved = "no such state", DueAt = rig.Time.GetUtcNow() }, CancellationToken.None);

        Assert.Empty(await rig.TicketComments.ListDueAsync(Source, CancellationToken.None));
    }

    [Fact]
    public async Task RunThatEndedLongAgo_IsLeftAlone()
    {
        await using StorageRig rig = await StartAsync();
        await rig.FinishAsync(RunStatus.Canceled);

        rig.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal([Over], await rig.TicketTransitions.ListDueAsync(Source, CancellationToken.None));
        rig.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Empty(await rig.TicketTransitions.ListDueAsync(Source, CancellationToken.None));
    }

    /// <summary>Whatever became of it: how the ticket stands is the newer one's.</summary>
    [Fact]
    public async Task RunWhoseTicketHasANewerOne_IsNotFollowedAnyMore()
    {
        await using StorageRig rig = await StartAsync();
        await rig.AddRunAsync("r2");
        await AddTicketAsync(rig, "r2");

        await rig.FinishAsync(RunStatus.Canceled);

        Assert.Equal([new DueTransition("r2", TicketStage.Started)], await rig.TicketTransitions.ListDueAsync(Source, CancellationToken.None));
    }

    private static async Task<StorageRig> StartAsync()
    {
        StorageRig rig = await StorageRig.StartAsync();
        await AddTicketAsync(rig, StorageRig.Run);
        return rig;
    }

    private static Task AddTicketAsync(StorageRig rig, string run) => rig.Tickets.AddAsync(
        run,
        new Ticket { Host = TicketHost.Jira, Source = "payments", BaseUrl = new Uri("https://acme.atlassian.net"), Repository = "PAY", Number = "PAY-12", Revision = "1", Title = "Totals" },
        CancellationToken.None);

    private static Task<TicketTransition?> TakeAsync(StorageRig rig, DueTransition due) =>
        rig.TicketTransitions.TakeAsync(due, rig.Time.GetUtcNow().AddMinutes(8), CancellationToken.None);
}
