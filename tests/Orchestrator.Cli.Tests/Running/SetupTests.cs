using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Cli.Tests.Running;

/// <summary>Commands of a task's setup, with the product's own processes: once, before the first turn, and what they made stays where it may.</summary>
public sealed class SetupTests
{
    /// <summary>Works with what the setup made, and tries to change it for the verification.</summary>
    private const string Script = """
        - text: I use the tool.
          calls: [{ tool: bash, arguments: { command: "build/tool > result.txt && echo planted > build/tool.txt && printf 'echo forged' > build/tool" } }]
        - text: It is done.
        """;

    private const string Makes = "mkdir -p build && echo once >> build/setup.log && printf '#!/bin/sh\\necho done\\n' > build/tool && chmod +x build/tool";

    [Fact]
    public async Task WhatTheSetupMade_IsThereForTheAgentAndAsItWasForTheCriteria()
    {
        using ExampleFolder example = await CreateAsync([Makes], "test \"$(build/tool)\" = done && ! test -e build/tool.txt && grep -q done result.txt");

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal("accepted", run.Status());
        Assert.Contains("setup", run.Error, StringComparison.Ordinal);
        Assert.Contains("ended well after", run.Error, StringComparison.Ordinal);
        Assert.Equal(["once"], Log(example, run.Json.GetProperty("runId").GetString()!));
        Assert.DoesNotContain("build/", await File.ReadAllTextAsync(run.Json.GetProperty("patch").GetString()!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CommandThatFails_EndsTheRunBeforeAnyTurn()
    {
        using ExampleFolder example = await CreateAsync(["echo first", "echo no such package; exit 7"], "true");

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");

        Assert.Equal((1, "failed", 0), (run.ExitCode, run.Status(), run.Json.GetProperty("turns").GetInt32()));
        Assert.Contains("exit code 7", run.Error, StringComparison.Ordinal);
        Assert.Contains("no such package", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FileThatGitDoesNotIgnore_IsNamedAndEndsTheRun()
    {
        using ExampleFolder example = await CreateAsync(["echo x >> README.md; echo y > lock.json"], "true");

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");

        Assert.Equal((1, "failed"), (run.ExitCode, run.Status()));
        Assert.Contains("README.md, lock.json", run.Error, StringComparison.Ordinal);
        Assert.Contains(".gitignore", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProcessKilledInTheMiddle_CommandGoesOnAndRunsOnce()
    {
        using ExampleFolder example = await CreateAsync(
            ["mkdir -p build && echo once >> build/setup.log && while [ ! -e build/go ]; do sleep 0.05; done", Makes], "grep -q done result.txt");
        using OrchestratorProcess process = example.Start("run", example.Task);
        string run = await process.RunIdAsync();
        string tree = Path.Combine(example.Data, "workspaces", $"{run}.setup-0", "tree", "build");
        await Eventually.IsTrueAsync(() => File.Exists(Path.Combine(tree, "setup.log")), () => "sign of the setup");
        process.Kill();
        await process.WaitAsync();

        using OrchestratorProcess resumed = example.Start("resume", run, "--json");
        await File.WriteAllTextAsync(Path.Combine(tree, "go"), "");

        Assert.True(await resumed.WaitAsync() == 0, resumed.Error);
        Assert.Equal(["once", "once"], Log(example, run));   // one of each command
    }

    [Fact]
    public async Task SupervisorLost_AllCommandsBeginAgainOnAWorkspaceLaidOutAnew()
    {
        using ExampleFolder example = await CreateAsync(
            [Makes, "test -e /caches/go || { echo half > build/half; sleep 300; }"], "grep -q done result.txt && ! test -e build/half");
        using OrchestratorProcess process = example.Start("run", example.Task, "--json");
        string run = await process.RunIdAsync();
        await Eventually.IsTrueAsync(
            () => File.Exists(Path.Combine(example.Data, "workspaces", $"{run}.setup-0", "tree", "build", "half")), () => "sign of the second command");
        await File.WriteAllTextAsync(Path.Combine(example.Data, "caches", "go"), "");

        Array.ForEach(SupervisorsOf(example, $"{run}/setup-0-002"), Kill);

        Assert.True(await process.WaitAsync() == 0, process.Error);
        Assert.Contains("was interrupted (supervisor_lost)", process.Error, StringComparison.Ordinal);
        Assert.Equal(["once"], Log(example, run));
        Assert.Equal(
            [run, $"{run}.git", $"{run}.snapshots"],
            Directory.GetDirectories(Path.Combine(example.Data, "workspaces")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task PackageCaches_AreKeptForTheNextSetupAndNotTheAgentsToWrite()
    {
        const string fills = "mkdir -p build \"$PIP_CACHE_DIR\" && cat \"$PIP_CACHE_DIR/wheel\" > build/found 2>/dev/null; echo filled >> \"$PIP_CACHE_DIR/wheel\"";
        const string tries = """
            - text: I try.
              calls: [{ tool: bash, arguments: { command: "wc -l < /caches/pip/wheel > result.txt; cat build/found >> result.txt; (echo bad >> /caches/pip/wheel) 2>/dev/null && echo WROTE >> result.txt; echo done >> result.txt" } }]
            - text: It is done.
            """;
        using ExampleFolder example = await CreateAsync([fills], "grep -q done result.txt && ! grep -q WROTE result.txt", tries);

        using OrchestratorProcess first = await example.VerbAsync("run", example.Task, "--json");
        using OrchestratorProcess second = await example.VerbAsync("run", example.Task, "--json");

        Assert.True(first.ExitCode == 0 && second.ExitCode == 0, first.Error + second.Error);
        Assert.DoesNotContain("+filled", await PatchAsync(first), StringComparison.Ordinal);
        Assert.Contains("+filled", await PatchAsync(second), StringComparison.Ordinal);
        Assert.Equal("filled\nfilled\n", await File.ReadAllTextAsync(Path.Combine(example.Data, "caches", "pip", "wheel")));
    }

    [Fact]
    public async Task Fork_IsVerifiedWithWhatTheSetupMadeAndNotWithWhatTheAgentMadeOfIt()
    {
        using ExampleFolder example = await CreateAsync([Makes], "test \"$(build/tool)\" = done && ! test -e build/tool.txt && grep -q done result.txt");
        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");
        Assert.True(run.ExitCode == 0, run.Error);

        using OrchestratorProcess fork = await example.VerbAsync("fork", run.Json.GetProperty("runId").GetString()!, "--turn", "1", "--json");
        string forked = fork.Json.GetProperty("runId").GetString()!;
        using OrchestratorProcess resumed = await example.VerbAsync("resume", forked, "--json");

        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal(["once"], Log(example, forked));
    }

    private static Task<ExampleFolder> CreateAsync(string[] setup, string criterion, string script = Script) => ExampleFolder.CreateAsync(
        SmallTask.Text().Replace("\"grep -q done result.txt\" }", Quoted(criterion) + " }", StringComparison.Ordinal)
            + $"\nsetup: [{string.Join(", ", setup.Select(Quoted))}]\n",
        script,
        ("README.md", "A result is wanted.\n"),
        (".gitignore", "build/\n"));

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string[] Log(ExampleFolder example, string run) =>
        File.ReadAllLines(Path.Combine(example.Data, "workspaces", run, "tree", "build", "setup.log"));

    private static Task<string> PatchAsync(OrchestratorProcess run) => File.ReadAllTextAsync(run.Json.GetProperty("patch").GetString()!);

    private static int[] SupervisorsOf(ExampleFolder example, string folder) =>
    [
        .. Directory.EnumerateDirectories("/proc").Select(path => int.TryParse(Path.GetFileName(path), out int id) ? id : 0)
            .Where(id => id != 0 && CommandLineOf(id).Contains($"Orchestrator.Supervisor\0{Path.Combine(example.Data, "effects", folder)}", StringComparison.Ordinal)),
    ];

    private static string CommandLineOf(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline");
        }
        catch (IOException)
        {
            return string.Empty;
        }
    }

    private static void Kill(int id)
    {
        using Process kill = Process.Start("kill", ["-KILL", id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
