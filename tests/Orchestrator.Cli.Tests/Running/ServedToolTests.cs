using System.Text.Json;

namespace Orchestrator.Cli.Tests.Running;

/// <summary>Runs with tools of a server, by the operator's settings.</summary>
public sealed class ServedToolTests
{
    private const string Script = """
        - text: I write.
          calls: [{ tool: mcp__small__write, arguments: { path: "result.txt" } }]
        - text: I write more.
          expect: 'written'
          calls: [{ tool: bash, arguments: { command: "echo done >> result.txt" } }]
        - text: It is done.
        """;

    private const string SlowScript = """
        - text: I write slowly.
          calls: [{ tool: mcp__small__write, arguments: { path: "result.txt", seconds: 60 } }]
        - text: I write more.
          expect: 'interrupted[\s\S]*worker_lost[\s\S]*NOT run again'
          calls: [{ tool: bash, arguments: { command: "echo done >> result.txt" } }]
        - text: It is done.
        """;

    private static readonly string Server = Path.Combine(AppContext.BaseDirectory, "Mcp", "server.py");

    [Fact]
    public async Task ServersTool_WorksInTheSandboxOfTheRun()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(Script);
        await SetUpAsync(example);

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("\n+once\n+done\n", await File.ReadAllTextAsync(run.Json.GetProperty("patch").GetString()!), StringComparison.Ordinal);
        using OrchestratorProcess show = await example.VerbAsync("show", run.Json.GetProperty("runId").GetString()!);
        Assert.Contains("""mcp__small__write: {"path":"result.txt"}""", show.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KilledDuringACall_ItIsInterruptedAndNotMadeAgain()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(SlowScript);
        await SetUpAsync(example);
        using OrchestratorProcess run = example.Start("run", example.Task, "--json");
        string id = await run.RunIdAsync();
        string written = Path.Combine(example.Data, "workspaces", id, "tree", "result.txt");
        await Eventually.IsTrueAsync(() => File.Exists(written), () => $"sign of the call in:\n{run.Error}");

        run.Kill();
        using OrchestratorProcess resumed = await example.VerbAsync("resume", id, "--json");

        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal("once\ndone\n", await File.ReadAllTextAsync(written));
    }

    [Fact]
    public async Task ServerOutside_IsAskedAboutAndRulesMatchItsArguments()
    {
        using ExampleFolder asking = await SmallTask.CreateAsync(Script);
        using ExampleFolder denying = await SmallTask.CreateAsync(
            Script.Replace("arguments: { path: \"result.txt\" }", "arguments: { path: \"\\u0072esult.txt\" }", StringComparison.Ordinal),
            checkpoints: "{ final: auto, tools: [{ tool: \"mcp__small__*\", match: '*\"path\":\"result.txt\"*', ruling: deny }] }");
        await SetUpAsync(asking, """, "Outside": true""");
        await SetUpAsync(denying);

        (string run, string approval) = await asking.RunToCheckpointAsync();
        using OrchestratorProcess shown = await asking.VerbAsync("approvals", "--json");
        using OrchestratorProcess denied = await denying.VerbAsync("run", denying.Task, "--json");

        JsonElement asked = Assert.Single(shown.Json.GetProperty("approvals").EnumerateArray());
        Assert.Equal((run, approval), (asked.GetProperty("runId").GetString(), asked.GetProperty("id").GetString()));
        using OrchestratorProcess show = await denying.VerbAsync("show", denied.Json.GetProperty("runId").GetString()!);
        Assert.Contains("mcp__small__write: [status: not_started | reason: denied_by_policy]", show.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServerThatCannotBeAsked_NoRunStartsUnlessTheTaskLeavesItOut()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        await SetUpAsync(example, command: """ "broken" """);

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");
        using OrchestratorProcess doctor = await example.VerbAsync("doctor");
        await File.AppendAllTextAsync(example.Task, "\nmcp: [other]\n");
        using OrchestratorProcess unknown = await example.VerbAsync("run", example.Task);
        await File.WriteAllTextAsync(example.Task, SmallTask.Text() + "\nmcp: []\n");
        using OrchestratorProcess without = await example.VerbAsync("run", example.Task);
        using OrchestratorProcess listed = await example.VerbAsync("list", "--json");

        Assert.Equal(5, run.ExitCode);
        Assert.Contains("The server small (/usr/bin/python3, in the sandbox) can't be asked for its tools: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("the database is not there", run.Error, StringComparison.Ordinal);
        Assert.Equal(5, doctor.ExitCode);
        Assert.Contains("MISSING mcp       The server small", doctor.Output, StringComparison.Ordinal);
        Assert.Equal(2, unknown.ExitCode);
        Assert.Contains("mcp: there is no server 'other'; settings.json of the data folder has small.", unknown.Error, StringComparison.Ordinal);
        Assert.True(without.ExitCode == 0, without.Error);
        Assert.Single(listed.Json.GetProperty("runs").EnumerateArray());
    }

    [Fact]
    public async Task Doctor_ListsServersTheirToolsAndWhoRunsOutside()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        await SetUpAsync(example, """, "Outside": true, "Tools": ["count", "write"], "Classes": { "count": "pure" }""");

        using OrchestratorProcess doctor = await example.VerbAsync("doctor");

        Assert.True(doctor.ExitCode == 0, doctor.Output);
        Assert.Contains(
            "ok      mcp       small, /usr/bin/python3, OUTSIDE of the sandbox: it can do what this user can: mcp__small__count (pure), mcp__small__write (external)\n",
            doctor.Output,
            StringComparison.Ordinal);
    }

    private static async Task SetUpAsync(ExampleFolder example, string more = "", string? command = null)
    {
        Directory.CreateDirectory(example.Data);
        await File.WriteAllTextAsync(
            Path.Combine(example.Data, "settings.json"),
            $$"""
            { "Sandbox": { "Toolchains": ["{{Path.GetDirectoryName(Server)}}"] },
              "Mcp": { "Servers": { "small": { "Command": ["/usr/bin/python3", "{{Server}}"{{(command is null ? "" : $", {command}")}}]{{more}} } } } }
            """);
    }
}
