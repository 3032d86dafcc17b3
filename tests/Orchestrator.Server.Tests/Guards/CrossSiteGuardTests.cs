using System.Net;
using Orchestrator.Server.Tests.SignIn;

namespace Orchestrator.Server.Tests.Guards;

public sealed class CrossSiteGuardTests
{
    [Theory]
    [InlineData("https://attacker.example", null, true)]
    [InlineData("https://attacker.example", "same-origin", true)]
    [InlineData("own", "cross-site", true)]
    [InlineData("own", "same-site", true)]
    [InlineData("own", "none", true)]
    [InlineData("null", null, true)]
    [InlineData(null, null, true)]
    [InlineData("own", "same-origin", false)]
    public async Task ChangeBySession_FromElsewhereOrWithoutItsToken_IsRefused(string? origin, string? site, bool bringsToken)
    {
        await using ServerRig rig = await ServerRig.StartAsync();
        using var browser = new Browser(rig.Address);
        await browser.SubmitAsync(rig.MakeSignInLink());
        string token = await browser.AntiforgeryAsync();
        browser.Origin = origin == "own" ? browser.Origin : origin;
        browser.FetchSite = site;

        HttpResponseMessage answer = await browser.PostAsync("/signout", null, bringsToken ? token : null);

        await ProblemAssert.IsProblemAsync(HttpStatusCode.Forbidden, answer);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/v1/caller")).StatusCode);
    }

    [Fact]
    public async Task AntiforgeryTokenOfAnother_IsRefused()
    {
        await using ServerRig rig = await ServerRig.StartAsync();
        using var one = new Browser(rig.Address);
        using var other = new Browser(rig.Address);
        await one.SubmitAsync(rig.MakeSignInLink());
        await other.SubmitAsync(rig.MakeSignInLink());

        await ProblemAssert.IsProblemAsync(HttpStatusCode.Forbidden, await one.PostAsync("/signout", null, await other.AntiforgeryAsync()));
    }

    [Fact]
    public async Task ChangeByToken_NeedsNoPage()
    {
        await using ServerRig rig = await ServerRig.StartAsync();
        using HttpClient local = rig.WithLocal();

        Assert.Equal(HttpStatusCode.SeeOther, (await local.PostAsync(new Uri("/signout", UriKind.Relative), null)).StatusCode);
    }
}
