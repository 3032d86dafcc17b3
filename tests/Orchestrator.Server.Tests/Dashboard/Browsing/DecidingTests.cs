using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Policies;
using Orchestrator.Server.Callers;

namespace Orchestrator.Server.Tests.Dashboard.Browsing;

public sealed class DecidingTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Command = "cd /workspace\ngit fetch origin\ngit push --force-with-lease origin orchestrator/r1 # the very end of it";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OnAPhone_CommandIsReadEditedAndRunsByThatWord(bool hasScripts)
    {
        await using ServerRig rig = await StartAsync(kept => kept.AskAsync("r1", "a", Command));
        IPage page = await chromium.SignInAsync(rig, options =>
        {
            options.ViewportSize = new ViewportSize { Width = 390, Height = 844 };
            options.JavaScriptEnabled = hasScripts;
        });

        await page.ClickAsync("a.entry[href='/approvals/a']");
        string shown = string.Join('\n', await page.Locator("section > figure.code li").AllInnerTextsAsync());
        Assert.Equal(Command, shown);
        Assert.True(await page.Locator("section > figure.code").EvaluateAsync<bool>("block => block.scrollWidth <= block.clientWidth"));

        await page.ClickAsync("summary:has-text('Edit it')");
        Assert.Equal(Command, await page.InputValueAsync("textarea[name=edited]"));
        await page.FillAsync("textarea[name=edited]", "git push --dry-run");
        await page.ClickAsync("button:has-text('Have this run instead')");

        Assert.Contains("edited", await page.InnerTextAsync("p.said"), StringComparison.Ordinal);
        Approval? edited = await FindAsync(rig, "a");
        Assert.Equal((ApprovalState.Edited, """{"command":"git push --dry-run"}"""), (edited!.State, edited.EditedArguments));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OnAPhone_FilesOfADiffAreLeftOutByTheirBoxes(bool hasScripts)
    {
        await using ServerRig rig = await StartAsync(kept => kept.AskAboutDiffAsync("r1", "a"));
        IPage page = await chromium.SignInAsync(rig, options =>
        {
            options.ViewportSize = new ViewportSize { Width = 390, Height = 844 };
            options.JavaScriptEnabled = hasScripts;
        });
        await page.GotoAsync($"{rig.Address}approvals/a");

        await page.CheckAsync("label:has-text('Leave this file out') >> nth=1");
        await page.ClickAsync("summary:has-text('Leave parts out')");
        await page.ClickAsync("button:has-text('Approve without what is marked')");

        Assert.Contains("edited", await page.InnerTextAsync("p.said"), StringComparison.Ordinal);
        Assert.Equal([new DroppedPart("tests/new.txt")], DroppedParts.TryRead((await FindAsync(rig, "a"))!.EditedArguments)!.Drop);
    }

    [Fact]
    public async Task DeniedWithAReason_IsRecordedWordForWord()
    {
        await using ServerRig rig = await StartAsync(kept => kept.AskAsync("r1", "a", Command));
        IPage page = await chromium.SignInAsync(rig);
        await page.GotoAsync($"{rig.Address}approvals/a");

        await page.FillAsync("#deny-reason", "Not on a Friday.\nTry <b>Monday</b>.");
        await page.ClickAsync("button:has-text('Deny')");
        await page.WaitForURLAsync("**said=answer");

        Approval? denied = await FindAsync(rig, "a");
        Assert.Equal((ApprovalState.Denied, "Not on a Friday.\nTry <b>Monday</b>."), (denied!.State, denied.Reason));
        Assert.Equal("Not on a Friday.\nTry <b>Monday</b>.", await page.InnerTextAsync("p.words"));
    }

    [Fact]
    public async Task TwoNeeded_SecondPersonFindsItAndDecides()
    {
        TestToken anna = TestToken.Of("anna", Role.Approver);
        TestToken carl = TestToken.Of("carl", Role.Approver);
        await using ServerRig rig = await ServerRig.StartAsync(ServerRig.SettingsOf([anna, carl]), async deployment =>
        {
            var kept = new KeptRuns(deployment);
            await kept.AddRunAsync("r1");
            await kept.AskAsync("r1", "a", Command, new AskTerms { Needed = 2 });
        });
        IPage first = await chromium.SignInAsync(rig, anna.Secret);
        IPage second = await chromium.SignInAsync(rig, carl.Secret);

        await first.GotoAsync($"{rig.Address}approvals/a");
        await first.ClickAsync("#approve");
        Assert.Contains("1 of 2", await first.InnerTextAsync("p.said"), StringComparison.Ordinal);
        await first.GotoAsync(rig.Address.ToString());
        Assert.Contains("For others", await first.InnerTextAsync("main"), StringComparison.OrdinalIgnoreCase);

        await second.ClickAsync("a.entry[href='/approvals/a']");
        await second.ClickAsync("#approve");
        Assert.Contains("approved", await second.InnerTextAsync("p.said"), StringComparison.Ordinal);
        Assert.Equal(ApprovalState.Approved, (await FindAsync(rig, "a"))!.State);
    }

    [Fact]
    public async Task Keys_LeadThroughTheInboxAndToTheAnswers()
    {
        await using ServerRig rig = await StartAsync(async kept =>
        {
            await kept.AskAsync("r1", "a", "first");
            await kept.AskAsync("r1", "b", "second");
        });
        IPage page = await chromium.SignInAsync(rig);

        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/approvals/b");
        await page.Keyboard.PressAsync("a");
        Assert.Equal("approve", await page.EvaluateAsync<string>("document.activeElement.id"));
        await page.Keyboard.PressAsync("?");
        Assert.True(await page.IsVisibleAsync("#keys"));
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("r");
        await page.WaitForURLAsync("**/runs");
        Assert.Equal(ApprovalState.Open, (await FindAsync(rig, "b"))!.State);
    }

    [Fact]
    public async Task PageThatIsLookedAt_LearnsOfWhatChangesButKeepsWhatIsTyped()
    {
        await using ServerRig rig = await StartAsync(kept => kept.AskAsync("r1", "a", Command, new AskTerms { Needed = 2 }));
        IPage inbox = await chromium.SignInAsync(rig);
        IPage approval = await chromium.SignInAsync(rig);
        await approval.GotoAsync($"{rig.Address}approvals/a");
        await approval.FillAsync("#deny-reason", "half a sen");

        var kept = new KeptRuns(rig.Deployment);
        await kept.AskAsync("r1", "late", "came later");
        await kept.Get<Decisions>().DecideAsync(
            new Decision("a", "digest-of-a", new Answer.Approve(), new() { Subject = "somebody", Name = "somebody", HasEveryRole = true }), CancellationToken.None);

        await inbox.WaitForSelectorAsync("a.entry[href='/approvals/late']");
        await approval.WaitForSelectorAsync("#standing :text('1 of 2 have approved')");
        Assert.Equal("half a sen", await approval.InputValueAsync("#deny-reason"));
    }

    private static Task<ServerRig> StartAsync(Func<KeptRuns, Task> keep) => ServerRig.StartAsync("{}", async deployment =>
    {
        var kept = new KeptRuns(deployment);
        await kept.AddRunAsync("r1");
        await keep(kept);
    });

    private static Task<Approval?> FindAsync(ServerRig rig, string id) => rig.Services.GetRequiredService<IApprovalStore>().FindAsync(id, CancellationToken.None);
}
