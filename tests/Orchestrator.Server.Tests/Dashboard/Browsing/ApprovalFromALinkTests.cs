using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Audit;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Timeline;
using Orchestrator.Server.Tests.SignIn;

namespace Orchestrator.Server.Tests.Dashboard.Browsing;

/// <summary>From the link of an approval to the end of its run: an issuer of accounts, the whole server with its worker, and people with browsers.</summary>
public sealed class ApprovalFromALinkTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Asked =
        "set -euo pipefail\n"
        + "./deploy --target production --region eu-central-1 --image registry.example/payments/api:2026-05-01-0123456789abcdef0123456789abcdef --no-dry-run --notify team-payments\n"
        + "echo wrong > result.txt";

    private const string Edited = "# no deploy from here\necho done > result.txt";

    private const string Policy =
        """
        rules:
          - name: deployments
            tool: bash
            match: "*deploy*"
            ruling: ask
            ask: { roles: [approver], count: 2 }
        """;

    private static readonly Issuer.Account Anna = new("account-17", "Anna Schmidt", "leads");
    private static readonly Issuer.Account Bea = new("account-23", "Bea Okafor", "leads");
    private static readonly Issuer.Account Ben = new("account-42", "Ben Ito", "engineers");

    [Fact]
    public async Task CommandEditedOnAPhoneAndApprovedByTwo_RunsAndIsInTheAudit()
    {
        await using Issuer issuer = await Issuer.StartAsync(Anna, Bea, Ben);
        using TestTask task = await TestTask.CreateAsync(
            $"- {{ text: I deploy it., calls: [{{ tool: bash, arguments: {{ command: {JsonSerializer.Serialize(Asked)} }} }}] }}\n- {{ text: It is done. }}\n", final: "auto");
        await using ServerRig rig = await StartAsync(issuer, task);
        using HttpClient ben = rig.With(issuer.TokenOf(Ben.Subject));
        string run = await task.SubmitAsync(ben);
        Approval asked = await OpenAsync(rig, run, replaces: null);

        IPage phone = await OpenAsync(rig, Anna, asked, width: 360);
        await ReadAndEditAsync(phone);
        Approval edited = await OpenAsync(rig, run, replaces: asked.Id);
        await phone.ClickAsync($"#standing a[href='/approvals/{edited.Id}']");
        await ApproveAsync(phone, "1 of 2 have approved");
        await SameHumanIsOneVoteAsync(rig, issuer, edited);

        IPage desk = await OpenAsync(rig, Bea, edited, width: 1280);
        Assert.Equal(Edited, await CommandOnAsync(desk));
        await ApproveAsync(desk, "Your answer is recorded: approved");

        await Eventually.IsTrueAsync(async () => (await FindRunAsync(rig, run)).Result is not null, () => $"end of {run}");
        Assert.Equal(RunStatus.Accepted, (await FindRunAsync(rig, run)).Status);
        Assert.Contains("+done", await ben.GetStringAsync(new Uri($"/api/v1/runs/{run}/patch", UriKind.Relative)), StringComparison.Ordinal);
        await AuditHoldsAsync(rig, edited);
        await phone.GotoAsync($"{rig.Address}runs/{run}");
        await Pictures.KeepAsync(phone, "link-6-run");
    }

    /// <summary>Somebody who isn't signed in opens the link of an approval.</summary>
    private async Task<IPage> OpenAsync(ServerRig rig, Issuer.Account person, Approval approval, int width)
    {
        IPage page = await chromium.OpenAsync(options => options.ViewportSize = new ViewportSize { Width = width, Height = 780 });
        string link = $"{rig.Address}approvals/{approval.Id}";
        await page.GotoAsync(link);
        await Pictures.KeepAsync(page, $"link-1-signin-{width}");
        await page.ClickAsync("text=Sign in with your account");
        await page.FillAsync("input[name=name]", person.Subject);
        await page.FillAsync("input[name=password]", person.Password);
        await page.ClickAsync("button:has-text('Continue')");
        await page.WaitForURLAsync(link);
        Assert.Contains(person.Name, await page.InnerTextAsync("header"), StringComparison.Ordinal);
        return page;
    }

    private static async Task ReadAndEditAsync(IPage phone)
    {
        await Pictures.KeepAsync(phone, "link-2-approval");
        Assert.Equal(Asked, await CommandOnAsync(phone));
        await FitsAsync(phone);
        await phone.ClickAsync("summary:has-text('Edit it')");
        Assert.Equal(Asked, await phone.InputValueAsync("textarea[name=edited]"));
        await phone.FillAsync("textarea[name=edited]", Edited);
        await Pictures.KeepAsync(phone, "link-3-editing");
        await FitsAsync(phone);
        await phone.ClickAsync("button:has-text('Have this run instead')");
        await phone.WaitForSelectorAsync("p.said.done");
        await Pictures.KeepAsync(phone, "link-4-edited");
    }

    private static async Task ApproveAsync(IPage page, string said)
    {
        await page.ClickAsync("#approve");
        await page.WaitForSelectorAsync($"p.said.done:has-text('{said}')");
        await Pictures.KeepAsync(page, $"link-5-approved-{page.ViewportSize!.Width}");
        await FitsAsync(page);
    }

    /// <summary>With another browser, and with a program: it stays one vote.</summary>
    private async Task SameHumanIsOneVoteAsync(ServerRig rig, Issuer issuer, Approval approval)
    {
        IPage other = await OpenAsync(rig, Anna, approval, width: 360);
        Assert.Equal(0, await other.Locator("#approve").CountAsync());
        Assert.Contains("You have approved it; it takes 1 more person.", await other.InnerTextAsync("#answer"), StringComparison.Ordinal);

        using HttpClient program = rig.With(issuer.TokenOf(Anna.Subject));
        using HttpResponseMessage again = await program.PostAsJsonAsync(
            new Uri($"/api/v1/approvals/{approval.Id}/decision", UriKind.Relative), new { digest = approval.Digest, decision = "approve", reason = "again" });
        Assert.Contains("1 of 2 have approved", await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Approval now = await FindAsync(rig, approval.Id);
        Assert.Equal((ApprovalState.Open, 1), (now.State, now.Votes.Count));
    }

    private static async Task AuditHoldsAsync(ServerRig rig, Approval approval)
    {
        IReadOnlyList<AuditEntry> entries = await rig.Services.GetRequiredService<IAuditStore>().ReadAsync(0, null, 1_000, CancellationToken.None);
        var check = new AuditCheck();

        Assert.All(entries, entry => Assert.True(check.Take(entry), check.Fault));
        Assert.Equal(
            [Anna.Subject, Bea.Subject],
            entries.Where(entry => entry.Act.Kind is AuditKind.ApprovalVoted or AuditKind.ApprovalDecided && entry.Act.Target == approval.Id).Select(entry => entry.Act.Actor).Distinct());
        Assert.Contains(entries, entry => entry.Act is { Kind: AuditKind.ApprovalUsed } act && act.Target == approval.Id);
    }

    private static async Task<string> CommandOnAsync(IPage page) => string.Join('\n', await page.Locator("section > figure.code li").AllInnerTextsAsync());

    /// <summary>Nothing lies beyond the edge, and buttons are large enough for a thumb.</summary>
    private static async Task FitsAsync(IPage page)
    {
        Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"));
        foreach (ILocator button in await page.Locator("main button:visible").AllAsync())
        {
            LocatorBoundingBoxResult? box = await button.BoundingBoxAsync();
            Assert.InRange(box!.Height, 40, 200);
            Assert.InRange(box.X + box.Width, 0, page.ViewportSize!.Width);
        }
    }

    private static Task<ServerRig> StartAsync(Issuer issuer, TestTask task)
    {
        var accounts = new
        {
            Authority = issuer.Address,
            Issuer.ClientId,
            Issuer.ClientSecret,
            RolesClaim = "groups",
            Roles = new Dictionary<string, string> { ["leads"] = "approver", ["engineers"] = "requester" },
        };
        string settings = JsonSerializer.Serialize(new { Server = new { OpenIdConnect = accounts, Sources = new[] { task.Folder } } });
        return ServerRig.StartAsync(settings, async deployment =>
        {
            await File.WriteAllTextAsync(deployment.Data.Policies, Policy);
            await File.WriteAllTextAsync(deployment.Data.People, "others: true\n");
        });
    }

    private static async Task<Approval> OpenAsync(ServerRig rig, string run, string? replaces)
    {
        Approval? open = null;
        await Eventually.IsTrueAsync(
            async () => (open = (await Approvals(rig).ListOpenAsync(run, CancellationToken.None)).FirstOrDefault(approval => approval.Replaces == replaces)) is not null,
            () => $"open approval of {run}");
        return open!;
    }

    private static async Task<Approval> FindAsync(ServerRig rig, string id) => (await Approvals(rig).FindAsync(id, CancellationToken.None))!;

    private static async Task<RunSummary> FindRunAsync(ServerRig rig, string run) =>
        (await rig.Services.GetRequiredService<IRunStore>().FindAsync(run, CancellationToken.None))!;

    private static IApprovalStore Approvals(ServerRig rig) => rig.Services.GetRequiredService<IApprovalStore>();
}
