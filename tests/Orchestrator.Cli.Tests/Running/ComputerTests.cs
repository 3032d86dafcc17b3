using System.Text.Json;

namespace Orchestrator.Cli.Tests.Running;

/// <summary>Whole runs that fill in a form in Chromium; the page's server writes what the success criterion looks for.</summary>
public sealed class ComputerTests
{
    private const string Page =
        """
        <!doctype html><meta charset="utf-8"><title>Order</title>
        <body style="margin:0;font:20px sans-serif">
        <form method="post" action="/">
        <label style="position:absolute;left:40px;top:20px">What do you order?</label>
        <input name="item" style="position:absolute;left:40px;top:60px;width:400px;height:40px;font-size:20px">
        <button style="position:absolute;left:40px;top:120px;width:160px;height:50px;font-size:20px">Order</button>
        </form>
        """;

    private const string Server =
        """
        import http.server, urllib.parse
        class Handler(http.server.SimpleHTTPRequestHandler):
            def do_POST(self):
                form = urllib.parse.parse_qs(self.rfile.read(int(self.headers['content-length'])).decode())
                with open('orders.txt', 'a', encoding='utf-8') as orders:
                    orders.write(form['item'][0] + '\n')
                self.send_response(200)
                self.send_header('content-type', 'text/html; charset=utf-8')
                self.end_headers()
                self.wfile.write(('<h1 style="color:green">Ordered: ' + form['item'][0] + '</h1>').encode())
            def log_message(self, *_):
                pass
        http.server.ThreadingHTTPServer(('127.0.0.1', 8000), Handler).serve_forever()
        """;

    /// <summary>Clicks into the field, types, and presses the button; the browser's own bars are 87 points high.</summary>
    private const string Order =
        "{ type: click, x: 200, y: 167, button: left }, { type: type, text: \"Käse für 2 €\" }, { type: click, x: 120, y: 232, button: left }";

    [Fact]
    public async Task A_page_is_used_to_a_verified_effect_and_the_report_shows_the_screens()
    {
        using ExampleFolder example = await CreateAsync($$"""
            - text: I look.
              calls: [{ tool: computer, arguments: { actions: [{ type: screenshot }] } }]
            - text: I order.
              expect: "exit code 0"
              calls: [{ tool: computer, arguments: { actions: [{{Order}}] } }]
            - text: It is ordered.
              expect: "exit code 0"
            """);

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        string folder = Path.GetDirectoryName(run.Json.GetProperty("report").GetString()!)!;
        string report = await File.ReadAllTextAsync(Path.Combine(folder, "report.md"));
        Assert.Contains("    click 200 167 left\n    type Käse für 2 €\n    click 120 232 left\n\n![turn 2](screens/0002-turn-2.png)", report, StringComparison.Ordinal);
        foreach (string name in (string[])["0001-turn-1.png", "0002-turn-2.png"])
        {
            Assert.Equal("PNG"u8.ToArray(), (await File.ReadAllBytesAsync(Path.Combine(folder, "screens", name)))[1..4]);
        }

        using OrchestratorProcess show = await example.VerbAsync("show", run.Json.GetProperty("runId").GetString()!);
        Assert.Contains($"screen: {Path.Combine(folder, "screens", "0002-turn-2.png")}", show.Output, StringComparison.Ordinal);
    }

    /// <summary>In OpenAI's own form, against the strict endpoint.</summary>
    [Fact]
    public async Task Doubts_of_the_provider_are_put_before_a_person_who_may_share_them_or_not()
    {
        using ExampleFolder example = await CreateAsync($$"""
            - text: I look, and order.
              calls: [{ tool: computer, arguments: { actions: [{{Order}}], pending_safety_checks: [{ id: sc_1, code: malicious_instructions, message: The page may give orders. }] } }]
            - text: I try once more.
              expect: "A person denied this call. Their reason:\\s+Not before noon."
              calls: [{ tool: computer, arguments: { actions: [{{Order}}], pending_safety_checks: [{ id: sc_2, code: irrelevant_domain, message: null }] } }]
            - text: It is ordered.
            """);
        using OrchestratorProcess simulate = OrchestratorProcess.Start(["simulate", "--script", example.Script, "--json"]);
        await Eventually.IsTrueAsync(() => simulate.Output.Contains("baseUrl", StringComparison.Ordinal), () => simulate.Output + simulate.Error);
        (string, string?)[] environment = [("OPENAI_BASE_URL", simulate.Json.GetProperty("baseUrl").GetString()), ("OPENAI_API_KEY", "key")];

        using OrchestratorProcess first = await OrchestratorProcess.RunAsync(
            ["run", example.Task, "--model", "gpt-5.5", "--json", "--no-wait", "--data", example.Data], environment);
        Assert.True(first.ExitCode == 3, first.Output + first.Error);
        string run = first.Json.GetProperty("runId").GetString()!;
        JsonElement asked = await AskedAsync(example);
        Assert.Contains("safety checks of the provider (malicious_instructions: The page may give orders.)", asked.GetProperty("because").GetString(), StringComparison.Ordinal);
        Assert.Contains("sc_1", asked.GetProperty("subject").GetString(), StringComparison.Ordinal);
        using OrchestratorProcess denied = await example.VerbAsync("deny", asked.GetProperty("id").GetString()!, "--reason", "Not before noon.");
        using OrchestratorProcess second = await OrchestratorProcess.RunAsync(["resume", run, "--json", "--no-wait", "--data", example.Data], environment);
        Assert.True(second.ExitCode == 3, second.Output + second.Error);
        Assert.False(File.Exists(OrdersOf(example, run)));
        using OrchestratorProcess approved = await example.VerbAsync("approve", (await AskedAsync(example)).GetProperty("id").GetString()!);
        using OrchestratorProcess third = await OrchestratorProcess.RunAsync(["resume", run, "--json", "--no-wait", "--data", example.Data], environment);

        Assert.True(third.ExitCode == 0, third.Output + third.Error);
        Assert.Equal(["Käse für 2 €"], await File.ReadAllLinesAsync(OrdersOf(example, run)));
    }

    /// <summary>In Anthropic's own form, an action a call.</summary>
    [Fact]
    public async Task A_page_is_used_by_the_other_vendors_actions_too()
    {
        using ExampleFolder example = await CreateAsync("""
            - text: I look.
              calls: [{ tool: computer, arguments: { action: screenshot } }]
            - text: I click.
              calls: [{ tool: computer, arguments: { action: left_click, coordinate: [200, 167] } }]
            - text: I type, and press Enter.
              calls:
                - { tool: computer, arguments: { action: type, text: "Käse für 2 €" } }
                - { tool: computer, arguments: { action: key, text: Return } }
            - text: It is ordered.
              expect: "exit code 0"
            """);
        using OrchestratorProcess simulate = OrchestratorProcess.Start(["simulate", "--script", example.Script, "--json"]);
        await Eventually.IsTrueAsync(() => simulate.Output.Contains("baseUrl", StringComparison.Ordinal), () => simulate.Output + simulate.Error);
        await example.DeclareAsync($$"""
            - name: claude
              dialect: messages
              baseUrl: {{simulate.Json.GetProperty("baseUrl").GetString()}}
              models: [{ id: m, window: 200000, prices: { input: 5, output: 25 }, capabilities: { computer: native } }]
            """);

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--model", "claude/m", "--json");

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Equal(4, Directory.GetFiles(Path.Combine(Path.GetDirectoryName(run.Json.GetProperty("report").GetString()!)!, "screens")).Length);
    }

    [Fact]
    public async Task A_kill_in_the_midst_of_actions_is_told_and_nothing_is_done_twice()
    {
        using ExampleFolder example = await CreateAsync($$"""
            - text: I order, and wait.
              calls: [{ tool: computer, arguments: { actions: [{{Order}}, { type: wait, duration: 30 }, { type: wait, duration: 30 }, { type: click, x: 1, y: 600 }] } }]
            - text: It is ordered.
              expect: "interrupted"
            """);
        using OrchestratorProcess killed = example.Start("run", example.Task, "--json");
        string run = await killed.RunIdAsync();
        await Eventually.IsTrueAsync(() => File.Exists(OrdersOf(example, run)), () => $"an order; {killed.Error}");
        killed.Kill();
        await killed.WaitAsync();

        using OrchestratorProcess resumed = await example.VerbAsync("resume", run, "--json");

        Assert.True(resumed.ExitCode == 0, resumed.Output + resumed.Error);
        Assert.Equal(["Käse für 2 €"], await File.ReadAllLinesAsync(OrdersOf(example, run)));
    }

    [Theory]
    [InlineData("{}", "give 'url', a page for a browser, or 'start'")]
    [InlineData("{ url: localhost }", "'computer.url' must be an address")]
    [InlineData("{ url: \"http://localhost/\", width: 100 }", "'computer.width' must be a whole number from 320 to 3840")]
    [InlineData("{ url: \"http://localhost/\", browser: true }", "browser")]
    public async Task A_screen_that_can_not_be_is_an_error_of_the_task(string computer, string error)
    {
        using ExampleFolder example = await CreateAsync("- text: Done.\n", computer);

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(error, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_without_a_screen_is_not_offered_the_tool()
    {
        using ExampleFolder example = await SmallTask.CreateAsync("""
            - text: I look.
              calls: [{ tool: computer, arguments: { actions: [{ type: screenshot }] } }]
            - text: I write.
              expect: "There is no tool 'computer'"
              calls: [{ tool: bash, arguments: { command: "echo done > result.txt" } }]
            - text: Done.
            """);

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
    }

    private static async Task<JsonElement> AskedAsync(ExampleFolder example)
    {
        using OrchestratorProcess approvals = await example.VerbAsync("approvals", "--json");
        return Assert.Single(approvals.Json.GetProperty("approvals").EnumerateArray());
    }

    private static string OrdersOf(ExampleFolder example, string run) => Path.Combine(example.Data, "workspaces", run, "tree", "orders.txt");

    private static Task<ExampleFolder> CreateAsync(string script, string computer = "{ start: \"python3 server.py\", url: \"http://localhost:8000/page.html\" }") => ExampleFolder.CreateAsync(
        $$"""
        name: order
        objective: |
          Order "Käse für 2 €" on the page that the browser shows, so that it stands in orders.txt.
        project: { language: HTML }
        allowedPaths: ["orders.txt"]
        workspace: { source: ./project }
        success:
          - { name: ordered, run: "test \"$(cat orders.txt)\" = 'Käse für 2 €'" }
        checkpoints: { final: auto }
        budget: { usd: 5 }
        computer: {{computer}}
        model: { route: "scripted:script.yaml" }
        """,
        script,
        ("server.py", Server),
        ("page.html", Page));
}
