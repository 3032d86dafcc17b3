using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Audit;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Tests.Dashboard;
using Orchestrator.Server.Tokens;

namespace Orchestrator.Server.Tests.SignIn;

public sealed class SignInTests
{
    private static readonly string[] AllRoles = [.. Enum.GetNames<Role>().Select(role => role.ToLowerInvariant())];

    [Fact]
    public async Task Link_SignsInOnceAndOnlyByItsForm()
    {
        await using ServerRig rig = await ServerRig.StartAsync();
        string link = rig.MakeSignInLink();
        using var browser = new Browser(rig.Address);

        HttpResponseMessage looked = await browser.GetAsync(link);
        Assert.Equal(HttpStatusCode.OK, looked.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/v1/caller")).StatusCode);

        HttpResponseMessage signedIn = await browser.SubmitAsync(link);
        Assert.Equal(HttpStatusCode.SeeOther, signedIn.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/v1/caller")).StatusCode);

        using var second = new Browser(rig.Address);
        await SecondTimeIsRefusedAsync(second, link);
    }

    [Fact]
    public async Task Token_SignsInAndItsRemovalEndsTheSession()
    {
        TestToken token = TestToken.Of("alice", Role.Requester);
        TestToken other = TestToken.Of("bob", Role.Auditor);
        await using ServerRig rig = await ServerRig.StartAsync(token, other);
        using var browser = new Browser(rig.Address);

        await browser.SubmitAsync("/signin", ("token", token.Secret));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/v1/caller")).StatusCode);

        await rig.WriteSettingsAsync(ServerRig.SettingsOf([other]));
        await Eventually.IsTrueAsync(
            async () => (await browser.GetAsync("/api/v1/caller")).StatusCode == HttpStatusCode.Unauthorized, () => "end of the session");
    }

    [Fact]
    public async Task SignInsAndRefusals_AreInTheAudit()
    {
        TestToken token = TestToken.Of("alice", Role.Requester);
        await using ServerRig rig = await ServerRig.StartAsync(token);
        using var browser = new Browser(rig.Address);

        await browser.SubmitAsync("/signin", ("token", "guessed"));
        await browser.SubmitAsync("/signin", ("token", token.Secret));

        IReadOnlyList<AuditEntry> entries = await rig.Services.GetRequiredService<IAuditStore>().ReadAsync(0, null, 10, CancellationToken.None);
        Assert.Equal(
            [(AuditAct.Unknown, AuditKind.SignInRefused), ("alice", AuditKind.SignedIn)], entries.Select(entry => (entry.Act.Actor, entry.Act.Kind)));
    }

    [Fact]
    public async Task Cookie_GoesWithNothingButOwnPages()
    {
        await using ServerRig rig = await ServerRig.StartAsync();
        using var browser = new Browser(rig.Address);

        HttpResponseMessage signedIn = await browser.SubmitAsync(rig.MakeSignInLink());

        string cookie = Assert.Single(signedIn.Headers.GetValues("Set-Cookie"), value => value.StartsWith("orchestrator=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task TooManyFailures_CloseTheSignIn()
    {
        await using ServerRig rig = await ServerRig.StartAsync();
        using var browser = new Browser(rig.Address);

        for (int attempt = 0; attempt < 10; attempt++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await browser.SubmitAsync("/signin", ("token", "orc_guess"))).StatusCode);
        }

        await ProblemAssert.IsProblemAsync(HttpStatusCode.TooManyRequests, await browser.SubmitAsync("/signin", ("token", rig.Local.Token)));
        using HttpClient program = rig.WithLocal();
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync(new Uri("/api/v1/caller", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task SignedOut_IsOut()
    {
        await using ServerRig rig = await ServerRig.StartAsync();
        using var browser = new Browser(rig.Address);
        await browser.SubmitAsync(rig.MakeSignInLink());

        await browser.PostAsync("/signout", null, await browser.AntiforgeryAsync());

        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/v1/caller")).StatusCode);
    }

    [Theory]
    [InlineData("/runs/r1?a=b", "/runs/r1?a=b")]
    [InlineData("//attacker.example", "/")]
    [InlineData("/\\attacker.example", "/")]
    [InlineData("https://attacker.example", "/")]
    [InlineData("attacker.example", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData("/\t/attacker.example", "/")]
    [InlineData("/\r\nLocation: https://attacker.example", "/")]
    public async Task WhereItGoesOn_IsOnThisServer(string to, string goesTo)
    {
        await using ServerRig rig = await ServerRig.StartAsync();
        using var browser = new Browser(rig.Address);

        HttpResponseMessage signedIn = await browser.SubmitAsync("/signin?to=" + Uri.EscapeDataString(to), ("token", rig.Local.Token));

        Assert.Equal(goesTo, signedIn.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task PageThatNeedsSignIn_IsWhatItComesBackTo()
    {
        await using ServerRig rig = await ServerRig.StartAsync();
        using PageReader browser = PageReader.Anonymous(rig.Address);

        HttpResponseMessage led = await browser.GetAsync("/approvals/r1.t2c1");
        HttpResponseMessage signedIn = await browser.SendAsync(led.Headers.Location!.PathAndQuery, "/signin", ("token", rig.Local.Token));

        Assert.Equal("/signin?to=%2Fapprovals%2Fr1.t2c1", led.Headers.Location.PathAndQuery);
        Assert.Equal("/approvals/r1.t2c1", signedIn.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task LinkFromAnotherSite_IsAskedForAgainFromHere()
    {
        await using ServerRig rig = await ServerRig.StartAsync();
        using HttpClient browser = rig.Anonymous();
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        browser.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");
        browser.DefaultRequestHeaders.Add("Sec-Fetch-Dest", "document");

        string page = await browser.GetStringAsync(new Uri("/approvals/r1.t2c1?x=%22%3E%3Cb%3E", UriKind.Relative));
        HttpResponseMessage api = await browser.GetAsync(new Uri("/api/v1/approvals/r1.t2c1", UriKind.Relative));

        Assert.Contains("content=\"0;url=/approvals/r1.t2c1?x=%22%3E%3Cb%3E\"", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, api.StatusCode);
    }

    [Fact]
    public async Task LocalUser_HasAllRolesAndAFileThatOthersCannotRead()
    {
        await using ServerRig rig = await ServerRig.StartAsync();

        Assert.Equal(AllRoles, rig.Local.Caller.Roles.Select(role => role.ToString().ToLowerInvariant()));
        Assert.Equal(LocalAccess.FileIn(rig.Data), rig.Local.File);
        Assert.True(OperatingSystem.IsLinux() && File.GetUnixFileMode(rig.Local.File) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    private static async Task SecondTimeIsRefusedAsync(Browser browser, string link)
    {
        HttpResponseMessage again = await browser.SubmitAsync(link);

        Assert.Equal(HttpStatusCode.Unauthorized, again.StatusCode);
        Assert.Contains("used before", await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
