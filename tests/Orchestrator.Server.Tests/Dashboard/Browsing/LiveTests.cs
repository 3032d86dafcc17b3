using Microsoft.Playwright;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Server.Tests.Dashboard.Browsing;

public sealed class LiveTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Fact]
    public async Task WhatHappens_IsShownAsItIsToldWithoutLookingEveryFewSeconds()
    {
        await using ServerRig rig = await StartAsync();
        IPage page = await chromium.SignInAsync(rig);
        await page.Clock.InstallAsync();
        await page.Clock.PauseAtAsync(TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1)); // No timer of the page runs from here on.
        IRequest told = await page.RunAndWaitForRequestAsync(
            () => page.GotoAsync($"{rig.Address}runs/r1"), request => request.Url.Contains("/api/v1/runs/r1/events", StringComparison.Ordinal));

        var kept = new KeptRuns(rig.Deployment);
        await kept.TellAsync("r1", RunEventKind.Answered, "thought-of-now");

        await page.WaitForSelectorAsync("#events :text('thought-of-now')");
        Assert.Matches(@"\?after=[1-9]\d*\z", told.Url);
        await kept.FinishAsync("r1");
        await page.WaitForSelectorAsync("#header .badge.rejected");
        Assert.Equal(0, await page.Locator("#steering form").CountAsync());
    }

    [Fact]
    public async Task NothingIsTold_LooksEveryFewSecondsInstead()
    {
        await using ServerRig rig = await StartAsync();
        IPage page = await chromium.SignInAsync(rig);
        await page.RouteAsync("**/api/v1/runs/r1/events*", route => route.AbortAsync());
        await page.GotoAsync($"{rig.Address}runs/r1");

        await new KeptRuns(rig.Deployment).TellAsync("r1", RunEventKind.Answered, "thought-of-now");

        await page.WaitForSelectorAsync("#events :text('thought-of-now')");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OnAPhone_RunIsPausedSpokenToAndTakenUp(bool hasScripts)
    {
        await using ServerRig rig = await StartAsync();
        IPage page = await chromium.SignInAsync(rig, options =>
        {
            options.ViewportSize = new ViewportSize { Width = 360, Height = 780 };
            options.JavaScriptEnabled = hasScripts;
        });
        await page.GotoAsync($"{rig.Address}runs/r1");

        await page.DblClickAsync("button:has-text('Pause')");
        await page.WaitForSelectorAsync("button:has-text('Resume')");
        await page.FillAsync("textarea[name=text]", "Write it in capitals.");
        await page.ClickAsync("button:has-text('Send')");
        await page.WaitForSelectorAsync("#events :text('Write it in capitals.')");
        await Pictures.KeepAsync(page, "steering-360");
        await page.ClickAsync("button:has-text('Resume')");
        await page.WaitForSelectorAsync("button:has-text('Pause')");

        Assert.Equal(1, await page.Locator("#events .word", new PageLocatorOptions { HasText = "paused" }).CountAsync());
    }

    private static Task<ServerRig> StartAsync() => ServerRig.StartAsync("{}", async deployment =>
    {
        var kept = new KeptRuns(deployment);
        await kept.AddRunAsync("r1", requester: Environment.UserName);
        await kept.TellAsync("r1", RunEventKind.Answered, "thought-of-before");
    });
}
