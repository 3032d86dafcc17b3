using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Orchestrator.Agent.Approvals;

namespace Orchestrator.Server.Tests.Dashboard.Browsing;

/// <summary>Links in mail and chat, as notifications have them.</summary>
public sealed class FollowedLinkTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Mailbox = "http://mail.example/";

    [Fact]
    public async Task SignedOut_SignsInAndIsAtTheApproval()
    {
        await using ServerRig rig = await StartAsync();
        IPage page = await chromium.OpenAsync();

        await FollowAsync(page, rig);
        await page.WaitForURLAsync("**/signin?to=%2Fapprovals%2Fa");
        await page.FillAsync("input[name=token]", rig.Local.Token);
        await page.ClickAsync("button:has-text('Sign in')");

        await IsAtTheApprovalAsync(page, rig);
    }

    [Fact]
    public async Task SignedIn_IsAtTheApprovalAtOnce()
    {
        await using ServerRig rig = await StartAsync();
        IPage page = await chromium.SignInAsync(rig);

        await FollowAsync(page, rig);

        await IsAtTheApprovalAsync(page, rig);
    }

    private static Task<ServerRig> StartAsync() => ServerRig.StartAsync("{}", async deployment =>
    {
        var kept = new KeptRuns(deployment);
        await kept.AddRunAsync("r1");
        await kept.AskAsync("r1", "a", "git push");
    });

    private static async Task FollowAsync(IPage page, ServerRig rig)
    {
        await page.RouteAsync($"{Mailbox}**", route => route.FulfillAsync(new RouteFulfillOptions
        {
            ContentType = "text/html",
            Body = $"<a href=\"{rig.Address}approvals/a\">Look at it</a>",
        }));
        await page.GotoAsync(Mailbox);
        await page.ClickAsync("a");
    }

    private static async Task IsAtTheApprovalAsync(IPage page, ServerRig rig)
    {
        await page.WaitForSelectorAsync(":text('git push')");
        Assert.Equal($"{rig.Address}approvals/a", page.Url);
        Approval? asked = await rig.Services.GetRequiredService<IApprovalStore>().FindAsync("a", CancellationToken.None);
        Assert.Equal(ApprovalState.Open, asked?.State);
    }
}
