namespace Orchestrator.Cli.Tests.Running;

/// <summary>The network as a whole run has it: open for the setup and for what a rule names, closed for everything else.</summary>
public sealed class NetworkTests
{
    /// <summary>Asks the proxy of the command's environment, if it has one.</summary>
    private const string Fetches = """
        #!/bin/bash
        exec 3<>/dev/tcp/127.0.0.1/3128 || exit 6
        printf 'GET %s HTTP/1.1\r\n\r\n' "$1" >&3
        head=$(head -c 12 <&3)
        [ "${head#* }" = 200 ] || { echo "refused: ${head#* }"; exit 7; }
        cat <&3
        """;

    [Fact]
    public async Task SetupFetches_AgentCannotButByItsRule()
    {
        await using PackageServer server = await PackageServer.StartAsync();
        string host = $"http://localhost:{server.Port}";
        using ExampleFolder example = await CreateAsync(
            server,
            $"checkpoints: {{ final: auto, tools: [{{ tool: bash, match: \"bash fetch.sh *rule*\", ruling: allow, network: [localhost] }}] }}\nsetup: [\"mkdir build && bash fetch.sh {host}/setup > build/package\"]",
            $$"""
            - text: I try by myself.
              calls: [{ tool: bash, arguments: { command: "grep -q 'package setup' build/package && bash fetch.sh {{host}}/agent; echo ended with $?" } }]
            - text: Then by the rule.
              expect: "ended with 6"
              calls: [{ tool: bash, arguments: { command: "bash fetch.sh {{host}}/rule" } }]
            - text: And elsewhere.
              expect: "package rule"
              calls: [{ tool: bash, arguments: { command: "bash fetch.sh http://evil.test/rule" } }]
            - text: And now.
              expect: "\\[status: network \\| not reached: evil.test:80"
              calls: [{ tool: bash, arguments: { command: "bash fetch.sh {{host}}/later; echo done > result.txt" } }]
            - text: It is done.
            """);

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(["setup", "rule"], server.Asked);
        Assert.Contains($"network: localhost:{server.Port}", run.Error, StringComparison.Ordinal);
        string report = await File.ReadAllTextAsync(run.Json.GetProperty("report").GetString()!);
        Assert.Contains("## Network", report, StringComparison.Ordinal);
        Assert.Contains("refused: evil.test:80", report, StringComparison.Ordinal);
        using OrchestratorProcess fork = await example.VerbAsync("fork", run.Json.GetProperty("runId").GetString()!, "--turn", "1", "--json");
        Assert.Equal(2, fork.Json.GetProperty("notUndone").GetArrayLength());
    }

    /// <summary>The way out is the supervisor's, which lives on: nothing of it is the process's that was killed.</summary>
    [Fact]
    public async Task ProcessKilledWhileACommandRuns_CommandStillReachesItsHosts()
    {
        await using PackageServer server = await PackageServer.StartAsync();
        using ExampleFolder example = await CreateAsync(
            server,
            $"setup: [\"mkdir build && touch build/begun && while [ ! -e build/go ]; do sleep 0.05; done && bash fetch.sh http://localhost:{server.Port}/late > build/package\"]",
            """
            - text: I use it.
              calls: [{ tool: bash, arguments: { command: "grep -q 'package late' build/package && echo done > result.txt" } }]
            - text: It is done.
            """);
        using OrchestratorProcess process = example.Start("run", example.Task);
        string run = await process.RunIdAsync();
        string build = Path.Combine(example.Data, "workspaces", $"{run}.setup-0", "tree", "build");
        await Eventually.IsTrueAsync(() => File.Exists(Path.Combine(build, "begun")), () => "sign of the setup");
        process.Kill();
        await process.WaitAsync();
        await File.WriteAllTextAsync(Path.Combine(build, "go"), "");
        await Eventually.IsTrueAsync(() => !server.Asked.IsEmpty, () => "request");   // nobody works on the run

        using OrchestratorProcess resumed = await example.VerbAsync("resume", run, "--json");

        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal(["late"], server.Asked);
    }

    [Fact]
    public async Task HostThatIsNotAllowed_SetupFailsAndNamesHostAndSetting()
    {
        await using PackageServer server = await PackageServer.StartAsync();
        using ExampleFolder example = await CreateAsync(server, "setup: [\"bash fetch.sh http://registry.test/x\"]", "- text: Never.");

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");

        Assert.Equal((1, "failed"), (run.ExitCode, run.Status()));
        Assert.Contains("refused: 403", run.Error, StringComparison.Ordinal);
        Assert.Contains("registry.test:80 (not among the hosts of Egress:Allow in settings.json", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DoctorAndLint_SayWhatIsOpen()
    {
        await using PackageServer server = await PackageServer.StartAsync();
        using ExampleFolder example = await CreateAsync(
            server, "checkpoints: { tools: [{ tool: bash, match: \"npm ci*\", ruling: ask, network: [localhost, registry.test] }] }", "- text: Never.");

        using OrchestratorProcess doctor = await example.VerbAsync("doctor");
        using OrchestratorProcess lint = await example.VerbAsync("lint", example.Task);

        Assert.Contains($"setups may reach localhost:{server.Port}", doctor.Output, StringComparison.Ordinal);
        Assert.Equal("closed network: The deployment opens none of registry.test: name them under Egress:Allow in settings.json of the data folder.\n", lint.Output);
    }

    [Fact]
    public async Task SettingThatIsNoHost_IsNamed()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        await SettingsAsync(example, """{ "Egress": { "Allow": [{ "Host": "10.0.0.1" }] } }""");

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task);

        Assert.Equal(5, run.ExitCode);
        Assert.Contains("Egress:Allow:0:Host in settings.json: '10.0.0.1' is an address", run.Error, StringComparison.Ordinal);
    }

    private static async Task<ExampleFolder> CreateAsync(PackageServer server, string keys, string script)
    {
        string task = SmallTask.Text();
        string plain = keys.StartsWith("checkpoints", StringComparison.Ordinal) ? task.Replace("checkpoints: { final: auto }\n", "", StringComparison.Ordinal) : task;
        ExampleFolder example = await ExampleFolder.CreateAsync(
            plain + "\n" + keys + "\n", script, ("README.md", "A result is wanted.\n"), (".gitignore", "build/\n"), ("fetch.sh", Fetches + "\n"));
        await SettingsAsync(example, $$"""{ "Egress": { "Allow": [{ "Host": "localhost", "Ports": [{{server.Port}}], "AllowPrivate": true }] } }""");
        return example;
    }

    private static Task SettingsAsync(ExampleFolder example, string settings)
    {
        Directory.CreateDirectory(example.Data);
        return File.WriteAllTextAsync(Path.Combine(example.Data, "settings.json"), settings);
    }
}
