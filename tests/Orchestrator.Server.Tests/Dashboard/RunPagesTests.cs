using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Timeline;
using Orchestrator.Cli.Hosting;
using Orchestrator.Server.Callers;

namespace Orchestrator.Server.Tests.Dashboard;

public sealed class RunPagesTests
{
    private static readonly TestToken Ben = TestToken.Of("ben", Role.Requester);
    private static readonly TestToken Anna = TestToken.Of("anna", Role.Requester);
    private static readonly TestToken Vera = TestToken.Of("vera", Role.Auditor);

    [Fact]
    public async Task NothingKept_PagesSayWhatToDo()
    {
        await using ServerRig rig = await StartAsync(_ => Task.CompletedTask);
        using PageReader ben = await PageReader.SignInAsync(rig.Address, Ben.Secret);

        Assert.Contains("Nothing waits for you.", await ben.ReadAsync("/"), StringComparison.Ordinal);
        Assert.Contains("There is no run yet.", await ben.ReadAsync("/runs"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TenThousandRuns_FirstPageComesAtOnceAndLinksToAll()
    {
        await using ServerRig rig = await StartAsync(async deployment =>
        {
            await new KeptRuns(deployment).AddRunAsync("run-0");
            MultiplyRuns(deployment.Data.RunDatabase, 10_000);
        });
        using PageReader ben = await PageReader.SignInAsync(rig.Address, Ben.Secret);
        await ben.ReadAsync("/runs");

        var watch = Stopwatch.StartNew();
        string page = await ben.ReadAsync("/runs");
        TimeSpan took = watch.Elapsed;

        Assert.InRange(took.TotalMilliseconds, 0, 200);
        Assert.Contains("/runs/run-10000\"", page, StringComparison.Ordinal);
        Assert.Contains("/runs/run-9951\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/runs/run-9950\"", page, StringComparison.Ordinal);
        string next = Regex.Match(page, "href=\"(/runs\\?before=\\d+)\"").Groups[1].Value;
        Assert.Contains("/runs/run-9950\"", await ben.ReadAsync(next), StringComparison.Ordinal);
        Assert.Contains("/runs/run-9999\"", await ben.ReadAsync("/runs?text=RUN-9999&requester=ben"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status=Rejected", "r3", "r1")]
    [InlineData("status=Waiting", "r2", "r3")]
    [InlineData("requester=anna", "r2", "r1")]
    [InlineData("text=framework", "r3", "r1")]
    public async Task Filter_ShowsThoseThatFit(string filter, string shown, string hidden)
    {
        await using ServerRig rig = await StartAsync(KeptRuns.AddAllAsync);
        using PageReader ben = await PageReader.SignInAsync(rig.Address, Ben.Secret);

        string page = await ben.ReadAsync($"/runs?{filter}");

        Assert.Contains($"/runs/{shown}\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain($"/runs/{hidden}\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ManyEvents_NewestAreShownAndOlderAreBehindALink()
    {
        await using ServerRig rig = await StartAsync(async deployment =>
        {
            var kept = new KeptRuns(deployment);
            await kept.AddRunAsync("r1");
            for (int number = 1; number <= 250; number++)
            {
                await kept.TellAsync("r1", RunEventKind.Answered, $"thought-{number}.");
            }
        });
        using PageReader ben = await PageReader.SignInAsync(rig.Address, Ben.Secret);

        string page = await ben.ReadAsync("/runs/r1");

        Assert.Contains("thought-250.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("thought-50.", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/runs/r1?before=52\"", page, StringComparison.Ordinal);
        string older = await ben.ReadAsync("/runs/r1?before=52");
        Assert.Contains("thought-50.", older, StringComparison.Ordinal);
        Assert.DoesNotContain("thought-51.", older, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunningCommand_ItsOutputIsShownWithoutSecrets()
    {
        const string secret = "ghp_0123456789abcdefghijABCDEFGHIJ456789";
        await using ServerRig rig = await StartAsync(async deployment =>
        {
            var kept = new KeptRuns(deployment);
            await kept.AddRunAsync("r1");
            await kept.TellAsync("r1", RunEventKind.ToolStarted, "bash: make", effect: "000001-001-0");
            string folder = Path.Combine(deployment.Data.EffectsOf("r1"), "000001-001-0");
            Directory.CreateDirectory(folder);
            await File.WriteAllTextAsync(Path.Combine(folder, "out"), $"compiling\n\u001b[31mred {secret}\nhalf");
        });
        using PageReader ben = await PageReader.SignInAsync(rig.Address, Ben.Secret);

        string page = await ben.ReadAsync("/runs/r1");

        Assert.Contains("compiling", page, StringComparison.Ordinal);
        Assert.Contains("half", page, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, page, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', page);
    }

    [Fact]
    public async Task Cancel_IsForWhoAskedAndOperatorsOnly()
    {
        await using ServerRig rig = await StartAsync(deployment => new KeptRuns(deployment).AddRunAsync("r1"));
        using PageReader ben = await PageReader.SignInAsync(rig.Address, Ben.Secret);
        using PageReader anna = await PageReader.SignInAsync(rig.Address, Anna.Secret);
        ISignalStore signals = rig.Services.GetRequiredService<ISignalStore>();

        HttpResponseMessage refused = await anna.SendAsync("/runs/r1", "/runs/r1/cancel");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.False(await signals.IsCanceledAsync("r1", CancellationToken.None));

        HttpResponseMessage canceled = await ben.SendAsync("/runs/r1", "/runs/r1/cancel");
        Assert.Equal(HttpStatusCode.SeeOther, canceled.StatusCode);
        Assert.True(await signals.IsCanceledAsync("r1", CancellationToken.None));
    }

    [Fact]
    public async Task DiffAndCosts_AreShownWithTheirFigures()
    {
        await using ServerRig rig = await StartAsync(KeptRuns.AddAllAsync);
        using PageReader ben = await PageReader.SignInAsync(rig.Address, Ben.Secret);

        string diff = await ben.ReadAsync("/runs/r3/diff");
        string costs = await ben.ReadAsync("/runs/r1/costs");

        Assert.Contains("2 files", PageReader.TextOf(diff), StringComparison.Ordinal);
        Assert.Contains("# &lt;b&gt;two&lt;/b&gt; lines", diff, StringComparison.Ordinal);
        Assert.Contains("✗ exit code 2", PageReader.TextOf(diff), StringComparison.Ordinal);
        Assert.Equal(12, Regex.Count(costs, "<rect "));
        Assert.Contains("apply_patch", costs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HugeDiff_FilesAreBehindLinks()
    {
        string large = "diff --git a/big b/big\n--- a/big\n+++ b/big\n@@ -0,0 +1,9000 @@\n" + string.Concat(Enumerable.Range(1, 9_000).Select(line => $"+line-{line}.\n"));
        await using ServerRig rig = await StartAsync(async deployment =>
        {
            var kept = new KeptRuns(deployment);
            await kept.AddRunAsync("r1");
            await kept.FinishAsync("r1", large + KeptRuns.Diff);
        });
        using PageReader ben = await PageReader.SignInAsync(rig.Address, Ben.Secret);

        string page = await ben.ReadAsync("/runs/r1/diff");

        Assert.DoesNotContain("line-9000.", page, StringComparison.Ordinal);
        Assert.Contains("import db", page, StringComparison.Ordinal);
        Assert.Contains("line-9000.", await ben.ReadAsync("/runs/r1/diff?file=0"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Audit_IsForAuditorsAndNamesItsEnd()
    {
        await using ServerRig rig = await StartAsync(KeptRuns.AddAllAsync);
        using PageReader vera = await PageReader.SignInAsync(rig.Address, Vera.Secret);
        using PageReader ben = await PageReader.SignInAsync(rig.Address, Ben.Secret);

        Assert.Matches(@"The chain ends with <code class=""digest"">\d+:[0-9a-f]{64}</code>", await vera.ReadAsync("/audit"));
        Assert.DoesNotContain(">r1<", await vera.ReadAsync("/audit?run=r3"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await ben.GetAsync("/audit")).StatusCode);
    }

    [Fact]
    public async Task Failure_IsAPageForBrowsersAndAProblemForPrograms()
    {
        await using ServerRig rig = await StartAsync(_ => Task.CompletedTask);
        using PageReader ben = await PageReader.SignInAsync(rig.Address, Ben.Secret);
        using HttpClient program = rig.With(Ben.Secret);

        HttpResponseMessage page = await ben.GetAsync("/runs/none");
        HttpResponseMessage lost = await ben.GetAsync("/nowhere");
        HttpResponseMessage problem = await program.GetAsync(new Uri("/runs/none", UriKind.Relative));

        Assert.Equal((HttpStatusCode.NotFound, "text/html"), (page.StatusCode, page.Content.Headers.ContentType!.MediaType));
        Assert.Equal((HttpStatusCode.NotFound, "text/html"), (lost.StatusCode, lost.Content.Headers.ContentType!.MediaType));
        Assert.Contains("There is no run &#x27;none&#x27;.", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (problem.StatusCode, problem.Content.Headers.ContentType!.MediaType));
    }

    [Fact]
    public async Task Assets_AreKeptForEverUnderTheirHash()
    {
        await using ServerRig rig = await StartAsync(_ => Task.CompletedTask);
        using PageReader ben = await PageReader.SignInAsync(rig.Address, Ben.Secret);
        string page = await ben.ReadAsync("/");
        using PageReader anybody = PageReader.Anonymous(rig.Address);

        foreach (string pattern in (string[])[@"/assets/dashboard-[0-9a-f]{12}\.css", @"/assets/dashboard-[0-9a-f]{12}\.js", @"/assets/icon-[0-9a-f]{12}\.svg"])
        {
            HttpResponseMessage asset = await anybody.GetAsync(Regex.Match(page, pattern).Value);
            Assert.Equal(HttpStatusCode.OK, asset.StatusCode);
            Assert.Contains("immutable", asset.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await anybody.GetAsync("/assets/dashboard.css")).StatusCode);
    }

    private static void MultiplyRuns(string database, int count)
    {
        using var connection = new SqliteConnection($"Data Source={database}");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText =
            $"""
            WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
            INSERT INTO runs(run_id, name, task, model, requester, submitted_at, is_scheduled, status)
            SELECT 'run-' || n, name, task, model, requester, submitted_at, 1, 'Accepted' FROM runs, numbers
            """;
        command.ExecuteNonQuery();
    }

    private static Task<ServerRig> StartAsync(Func<Deployment, Task> keep) => ServerRig.StartAsync(ServerRig.SettingsOf([Ben, Anna, Vera]), keep);
}
