using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Audit;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tickets;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Server.Tests.Intake;

public sealed class TicketToRunTests
{
    [Fact]
    public async Task LabeledIssue_BecomesOneRunThatIsAccepted()
    {
        await using IntakeRig rig = await IntakeRig.StartAsync(isHeld: false);
        SentDelivery labeled = SentDelivery.Labeled();

        await rig.SendAsync(labeled);
        await rig.SendAsync(labeled);
        await rig.SendAsync(labeled.Renamed("redelivered-by-hand"));
        IntakeDelivery started = await StartedAsync(rig);

        await Eventually.IsTrueAsync(async () => (await rig.Server.Deployment.FindRunAsync(started.RunId!, CancellationToken.None)).Result is not null, () => "result");
        RunSummary run = Assert.Single(await rig.Server.Deployment.Runs.ListAsync(CancellationToken.None));
        AdmittedTask task = await rig.Server.Services.GetRequiredService<ITaskStore>().GetAsync(run.RunId, CancellationToken.None);
        Ticket? ticket = await rig.Server.Services.GetRequiredService<ITicketStore>().FindAsync(run.RunId, CancellationToken.None);
        Assert.Equal(RunStatus.Accepted, run.Status);
        Assert.Equal(("acme/payments#12", "anna", "acme"), (run.Name, run.Requester, run.Tenant));
        Assert.Equal(("anna", "github:stranger", 40), (task.Requester, task.Author, task.BaseCommit.Length));
        Assert.Equal(
            new Ticket
            {
                Host = TicketHost.GitHub,
                Source = "payments",
                BaseUrl = new Uri("https://api.github.com"),
                Repository = IntakeRig.Repository,
                Number = "12",
                Revision = ticket!.Revision,
                Author = "github:stranger",
                Title = "Totals are wrong",
                Url = new Uri("https://github.com/acme/payments/issues/12"),
            },
            ticket);
        Assert.Equal(["anna"], (await rig.ActsAsync(AuditKind.TicketTaken)).Select(act => act.Actor));
        Assert.Equal([run.RunId], (await rig.ActsAsync(AuditKind.RunSubmitted)).Select(act => act.Target));
    }

    [Fact]
    public async Task KillSwitch_KeepsDeliveriesQueuedUntilItIsOff()
    {
        await using IntakeRig rig = await IntakeRig.StartAsync();
        await rig.SendAsync(SentDelivery.Labeled());
        using HttpClient admin = rig.Server.With(rig.Admin.Secret);

        JsonElement shown = await admin.GetFromJsonAsync<JsonElement>(new Uri("/api/v1/intake/deliveries?state=queued", UriKind.Relative));
        Assert.Equal("acme/payments#12", Assert.Single(shown.GetProperty("deliveries").EnumerateArray()).GetProperty("ticket").GetString());
        Assert.Null((await rig.Store.ReadQueueAsync(CancellationToken.None)).Next(100, _ => 100));

        await rig.ReleaseAsync();

        IntakeDelivery started = await StartedAsync(rig);
        Assert.Equal([started.RunId], (await rig.Server.Deployment.Runs.ListAsync(CancellationToken.None)).Select(run => run.RunId));
    }

    private static async Task<IntakeDelivery> StartedAsync(IntakeRig rig)
    {
        await Eventually.IsTrueAsync(async () => (await rig.DeliveriesAsync(DeliveryState.Started)).Count == 1, () => "started delivery");
        return (await rig.DeliveriesAsync(DeliveryState.Started))[0];
    }
}
