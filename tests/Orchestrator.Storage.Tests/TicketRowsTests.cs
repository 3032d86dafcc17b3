using Orchestrator.Agent.Tickets;

namespace Orchestrator.Storage.Tests;

public sealed class TicketRowsTests
{
    private static readonly Ticket Whole = new()
    {
        Host = TicketHost.GitHub,
        Source = "payments",
        BaseUrl = new Uri("https://api.github.com"),
        Repository = "acme/payments",
        Number = "12",
        Revision = "2026-05-04T12:00:00Z",
        Author = "anna",
        Title = "Totals are wrong\nü",
        Url = new Uri("https://github.com/acme/payments/issues/12"),
    };

    private static readonly Ticket Bare = new() { Host = TicketHost.Generic, Source = "desk", Repository = "payments", Number = "P-1", Revision = "3", Title = string.Empty };

    [Fact]
    public async Task Ticket_IsReadAsItWasKept()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Tickets.AddAsync(StorageRig.Run, Whole, CancellationToken.None);
        await rig.Tickets.AddAsync("r2", Bare, CancellationToken.None);

        await using StorageRig another = await rig.OpenAnotherAsync();

        Assert.Equal(Whole, await Find(another, StorageRig.Run));
        Assert.Equal(Bare, await Find(another, "r2"));
        Assert.Null(await Find(another, "r3"));
    }

    [Fact]
    public async Task SecondTicketOfARun_ChangesNothing()
    {
        await using StorageRig rig = await StorageRig.StartAsync();

        await rig.Tickets.AddAsync(StorageRig.Run, Whole, CancellationToken.None);
        await rig.Tickets.AddAsync(StorageRig.Run, Bare, CancellationToken.None);

        Assert.Equal(Whole, await Find(rig, StorageRig.Run));
    }

    private static Task<Ticket?> Find(StorageRig rig, string run) => rig.Tickets.FindAsync(run, CancellationToken.None);
}
