using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Orchestrator.Agent.Schedules;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Tasks;
using Orchestrator.Cli.Hosting;

namespace Orchestrator.Server.Tests.Dashboard.Browsing;

public sealed class AccessibilityTests(Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly string[] Paths =
        ["", "approvals/r1.t2c1", "approvals/r1.t3c1", "approvals/r2.f4", "runs", "runs?text=nothing", "runs/r1", "runs/r2", "runs/r3", "runs/r3/diff", "runs/r1/costs", "schedules", "intake", "policies", "rules", "killswitch", "audit", "nowhere"];

    [Theory]
    [InlineData("light", 1280)]
    [InlineData("dark", 1280)]
    [InlineData("light", 360)]
    public async Task EveryPage_CanBeUsedByEverybodyAndFits(string scheme, int width)
    {
        await using ServerRig rig = await ServerRig.StartAsync("{}", async deployment =>
        {
            await KeptRuns.AddAllAsync(deployment);
            await PolicyPagesTests.KeepPolicyAsync(deployment);
            await PolicyPagesTests.KeepRulesAsync(deployment);
            await KeepScheduleAsync(deployment);
            await deployment.Services.GetRequiredService<ISteeringStore>().TurnOnKillSwitchAsync(
                KillSwitch.Everybody, "olga", "The bill runs away; nobody starts anything before Monday's review.", CancellationToken.None);
        });
        IPage page = await chromium.SignInAsync(rig, options =>
        {
            options.ColorScheme = scheme == "dark" ? ColorScheme.Dark : ColorScheme.Light;
            options.ViewportSize = new ViewportSize { Width = width, Height = 844 };
        });
        string axe = await File.ReadAllTextAsync(AxeFile());
        List<string> found = [];
        foreach (string path in Paths)
        {
            await page.GotoAsync($"{rig.Address}{path}");
            await Pictures.KeepAsync(page, $"{(path.Length == 0 ? "inbox" : path.Replace('/', '-').Replace('?', '-'))}-{scheme}-{width}");
            if (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
            {
                found.Add($"/{path} is wider than {width}");
            }

            await page.EvaluateAsync(axe);
            JsonElement? violations = await page.EvaluateAsync<JsonElement?>(
                "async () => (await axe.run()).violations.filter(one => ['serious', 'critical'].includes(one.impact)).map(one => `${one.id}: ${one.nodes[0].html}`)");
            found.AddRange(violations!.Value.EnumerateArray().Select(violation => $"/{path} {violation}"));
            Assert.Equal(1, await page.Locator("h1").CountAsync());
        }

        Assert.Empty(found);
    }

    /// <summary>A schedule of which everything can be said that a page says of one.</summary>
    private static async Task KeepScheduleAsync(Deployment deployment)
    {
        var schedules = deployment.Services.GetRequiredService<IScheduleStore>();
        Schedule nightly = await schedules.SetAsync(
            AdmittedTask.LocalTenant,
            "anna",
            new ScheduleTerms { Name = "nightly-dependencies", Cron = "30 2 * * MON-FRI", Zone = "America/Argentina/ComodRivadavia", Task = "{}", TaskFile = "/task.yaml" },
            CancellationToken.None);
        DateTimeOffset due = new(2026, 5, 1, 2, 30, 0, TimeSpan.Zero);
        foreach (Occurrence one in (Occurrence[])[
            new(due, OccurrenceState.Started, "r1"),
            new(due.AddDays(1), OccurrenceState.Skipped, Reason: "run r1 was still under way"),
            new(due.AddDays(4), OccurrenceState.Missed, Reason: "one later run stands for it", Count: 3),
            new(due.AddDays(5), OccurrenceState.Failed, Reason: "workspace.source: /srv/repositories/shop/checkout-service-with-a-long-name is no git repository; name one.")])
        {
            await schedules.NoteAsync(nightly.Id, one, CancellationToken.None);
        }
    }

    private static string AxeFile([CallerFilePath] string here = "")
    {
        string folder = Path.GetDirectoryName(Path.GetDirectoryName(here))!;
        string file = Path.Combine(folder, "node_modules", "axe-core", "axe.min.js");
        return File.Exists(file) ? file : throw new InvalidOperationException($"axe-core is not installed. Run: bash infra/local/setup.sh tests (or: npm ci --prefix {folder})");
    }
}
