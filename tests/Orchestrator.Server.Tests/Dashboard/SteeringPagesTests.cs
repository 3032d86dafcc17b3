using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Audit;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Timeline;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Tests.SignIn;

namespace Orchestrator.Server.Tests.Dashboard;

public sealed class SteeringPagesTests
{
    private static readonly TestToken Ben = TestToken.Of("ben", Role.Requester);
    private static readonly TestToken Anna = TestToken.Of("anna", Role.Requester);
    private static readonly TestToken Olga = TestToken.Of("olga", Role.Operator);
    private static readonly TestToken Vera = TestToken.Of("vera", Role.Auditor);
    private static readonly TestToken Otto = TestToken.Of("otto", "acme", null, Role.Operator);

    [Fact]
    public async Task Pause_IsShownWithItsEnd()
    {
        await using ServerRig rig = await StartAsync();
        using PageReader ben = await PageReader.SignInAsync(rig.Address, Ben.Secret);

        HttpResponseMessage paused = await ben.SendAsync("/runs/r1", "/runs/r1/pause");
        string page = await ben.ReadAsync("/runs/r1");
        await ben.SendAsync("/runs/r1", "/runs/r1/resume");
        string after = await ben.ReadAsync("/runs/r1");

        Assert.Equal((HttpStatusCode.SeeOther, "/runs/r1"), (paused.StatusCode, paused.Headers.Location?.OriginalString));
        Assert.Contains("Its model is not asked: it is paused, by ben", PageReader.TextOf(page), StringComparison.Ordinal);
        Assert.Contains("action=\"/runs/r1/resume\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("action=\"/runs/r1/pause\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Its model is not asked: ", PageReader.TextOf(after), StringComparison.Ordinal);
        Assert.Contains("action=\"/runs/r1/pause\"", after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SameFormTwice_CountsOnce()
    {
        await using ServerRig rig = await StartAsync();
        using PageReader ben = await PageReader.SignInAsync(rig.Address, Ben.Secret);

        foreach (string way in (string[])["pause", "resume", "messages", "cancel"])
        {
            Assert.Equal(HttpStatusCode.SeeOther, (await ben.SendAsync("/runs/r1", $"/runs/r1/{way}", ("key", way), ("text", "In capitals."))).StatusCode);
            Assert.Equal(HttpStatusCode.SeeOther, (await ben.SendAsync("/runs/r1", $"/runs/r1/{way}", ("key", way), ("text", "In capitals."))).StatusCode);
        }

        AuditKind[] kinds = [AuditKind.RunPaused, AuditKind.RunResumed, AuditKind.RunMessaged, AuditKind.RunCanceled];
        Assert.Equal(kinds, (await AuditAsync(rig)).Where(entry => kinds.Contains(entry.Act.Kind)).Select(entry => entry.Act.Kind));
    }

    [Fact]
    public async Task OtherWordsFromThePageBefore_AreAnotherMessage()
    {
        await using ServerRig rig = await StartAsync();
        using PageReader ben = await PageReader.SignInAsync(rig.Address, Ben.Secret);

        await ben.SendAsync("/runs/r1", "/runs/r1/messages", ("key", "k"), ("text", "In capitals."));
        await ben.SendAsync("/runs/r1", "/runs/r1/messages", ("key", "k"), ("text", "Or not.\r\nYou choose."));

        IEnumerable<string> said = (await rig.Services.GetRequiredService<IRunStore>().ReadEventsAsync("r1", 0, CancellationToken.None))
            .Where(stored => stored.Event.Kind == RunEventKind.MessageSent).Select(stored => stored.Event.Text);
        Assert.Equal(["ben: In capitals.", "ben: Or not.\nYou choose."], said);
    }

    [Fact]
    public async Task NothingSaid_IsRefused()
    {
        await using ServerRig rig = await StartAsync();
        using PageReader ben = await PageReader.SignInAsync(rig.Address, Ben.Secret);

        HttpResponseMessage empty = await ben.SendAsync("/runs/r1", "/runs/r1/messages", ("text", " "));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, empty.StatusCode);
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("resume")]
    [InlineData("messages")]
    [InlineData("cancel")]
    public async Task Steering_IsForWhoAskedAndOperators(string way)
    {
        await using ServerRig rig = await StartAsync();
        using PageReader anna = await PageReader.SignInAsync(rig.Address, Anna.Secret);
        using PageReader vera = await PageReader.SignInAsync(rig.Address, Vera.Secret);
        using PageReader olga = await PageReader.SignInAsync(rig.Address, Olga.Secret);

        Assert.Equal(HttpStatusCode.Forbidden, (await anna.SendAsync("/runs/r1", $"/runs/r1/{way}", ("text", "x"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await vera.SendAsync("/runs/r1", $"/runs/r1/{way}", ("text", "x"))).StatusCode);
        Assert.DoesNotContain($"/runs/r1/{way}\"", await anna.ReadAsync("/runs/r1") + await vera.ReadAsync("/runs/r1"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await olga.SendAsync("/runs/r1", $"/runs/r1/{way}", ("text", "x"))).StatusCode);
    }

    [Theory]
    [InlineData("/runs/r1/pause")]
    [InlineData("/runs/r1/resume")]
    [InlineData("/runs/r1/messages")]
    [InlineData("/killswitch")]
    [InlineData("/rules/r/revoke")]
    public async Task FormOfNoPage_IsRefused(string path)
    {
        await using ServerRig rig = await StartAsync();
        using var olga = new Browser(rig.Address);
        await olga.SubmitAsync("/signin", ("token", Olga.Secret));

        using var form = new FormUrlEncodedContent([new("turn", "on"), new("text", "x")]);
        HttpResponseMessage answer = await olga.PostAsync(path, form, antiforgery: null);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("The page that sent this is too old", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task KillSwitch_IsSeenOnEachPageUntilItIsOff()
    {
        await using ServerRig rig = await StartAsync();
        using PageReader olga = await PageReader.SignInAsync(rig.Address, Olga.Secret);
        using PageReader ben = await PageReader.SignInAsync(rig.Address, Ben.Secret);

        Assert.Equal(HttpStatusCode.SeeOther, (await olga.SendAsync("/killswitch", "/killswitch", ("turn", "on"), ("reason", "The bill runs away."))).StatusCode);

        foreach (string path in (string[])["/", "/runs", "/runs/r1", "/runs/r1/costs", "/policies", "/rules", "/killswitch"])
        {
            string page = PageReader.TextOf(await ben.ReadAsync(path));
            Assert.Contains("The kill switch is on , by olga", page, StringComparison.Ordinal);
            Assert.Contains("The bill runs away.", page, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.SeeOther, (await olga.SendAsync("/killswitch", "/killswitch", ("turn", "off"))).StatusCode);
        Assert.DoesNotContain("kill switch is on", await ben.ReadAsync("/runs"), StringComparison.Ordinal);
        Assert.Equal(["on: The bill runs away.", "off"], (await AuditAsync(rig)).Where(entry => entry.Act.Kind == AuditKind.KillSwitchTurned).Select(entry => entry.Act.Details));
    }

    [Fact]
    public async Task KillSwitchTurnedOnAnew_IsNotTurnedOffByThePageBefore()
    {
        await using ServerRig rig = await StartAsync();
        using PageReader olga = await PageReader.SignInAsync(rig.Address, Olga.Secret);
        await olga.SendAsync("/killswitch", "/killswitch", ("turn", "on"));

        HttpResponseMessage late = await olga.SendAsync("/killswitch", "/killswitch", ("turn", "off"), ("since", "2020-01-01T00:00:00.0000000+00:00"));
        HttpResponseMessage nothing = await olga.SendAsync("/killswitch", "/killswitch", ("turn", "sideways"));

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.UnprocessableEntity), (late.StatusCode, nothing.StatusCode));
        Assert.Single(await rig.Services.GetRequiredService<ISteeringStore>().ListKillSwitchesAsync(CancellationToken.None));
    }

    [Fact]
    public async Task KillSwitch_IsForOperatorsOfTheirTenant()
    {
        await using ServerRig rig = await StartAsync();
        using PageReader ben = await PageReader.SignInAsync(rig.Address, Ben.Secret);
        using PageReader otto = await PageReader.SignInAsync(rig.Address, Otto.Secret);

        HttpResponseMessage refused = await ben.SendAsync("/killswitch", "/killswitch", ("turn", "on"));
        await otto.SendAsync("/killswitch", "/killswitch", ("turn", "on"));

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        string page = PageReader.TextOf(await ben.ReadAsync("/killswitch"));
        Assert.Contains("Operators and admins turn it on and off.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("is on , by", page, StringComparison.Ordinal);
        Assert.Contains("The kill switch is on for your tenant, by otto", PageReader.TextOf(await otto.ReadAsync("/")), StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<AuditEntry>> AuditAsync(ServerRig rig) =>
        await rig.Services.GetRequiredService<IAuditStore>().ReadAsync(0, null, 100, CancellationToken.None);

    private static Task<ServerRig> StartAsync() =>
        ServerRig.StartAsync(ServerRig.SettingsOf([Ben, Anna, Olga, Vera, Otto]), deployment => new KeptRuns(deployment).AddRunAsync("r1"));
}
