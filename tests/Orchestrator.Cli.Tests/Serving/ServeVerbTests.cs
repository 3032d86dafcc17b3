namespace Orchestrator.Cli.Tests.Serving;

/// <summary>The server as the process that it is, with the verbs that steer its runs.</summary>
public sealed class ServeVerbTests
{
    [Fact]
    public async Task SubmittedToAServer_RelativePathsLeadFromTheFileAndTheRunIsDoneThere()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        using OrchestratorProcess server = example.Start("serve", "--urls", "http://127.0.0.1:0");
        string address = await AddressAsync(server);

        using OrchestratorProcess submitted = await example.VerbAsync("submit", example.Task, "--server", address);
        using OrchestratorProcess watched = await example.VerbAsync("watch", submitted.LastLine, "--json");

        Assert.True(submitted.ExitCode == 0, submitted.Error);
        Assert.Equal("accepted", watched.Status());
    }

    [Fact]
    public async Task KillSwitchOn_NoModelIsAskedUntilItIsOff()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        using OrchestratorProcess on = await example.VerbAsync("killswitch", "on", "--reason", "a bill");
        using OrchestratorProcess server = example.Start("serve", "--urls", "http://127.0.0.1:0");
        await AddressAsync(server);
        using OrchestratorProcess submitted = await example.VerbAsync("submit", example.Task);
        await ShowsAsync(example, submitted.LastLine, "the kill switch is on");
        int turns = await TurnsAsync(example);

        using OrchestratorProcess off = await example.VerbAsync("killswitch", "off");
        using OrchestratorProcess watched = await example.VerbAsync("watch", submitted.LastLine, "--json");

        Assert.Equal(0, turns);
        Assert.Equal("accepted", watched.Status());
    }

    [Fact]
    public async Task PausedAndTold_ModelReadsItBehindTheResume()
    {
        using ExampleFolder example = await SmallTask.CreateAsync("""
            - text: I begin.
              expect: "Write done with care"
              calls: [{ tool: bash, arguments: { command: "mkdir -p build && echo once >> build/calls.log && echo done > result.txt" } }]
            - text: It is done.
            """);
        using OrchestratorProcess submitted = await example.VerbAsync("submit", example.Task);
        using OrchestratorProcess paused = await example.VerbAsync("pause", submitted.LastLine);
        using OrchestratorProcess told = await example.VerbAsync("message", submitted.LastLine, "Write done with care.");
        using OrchestratorProcess server = example.Start("serve", "--urls", "http://127.0.0.1:0");
        await ShowsAsync(example, submitted.LastLine, "it is paused");
        int turns = await TurnsAsync(example);

        using OrchestratorProcess resumed = await example.VerbAsync("resume", submitted.LastLine, "--json");

        Assert.Equal((0, 0, 0), (paused.ExitCode, told.ExitCode, turns));
        Assert.Equal("accepted", resumed.Status());
    }

    [Fact]
    public async Task BeyondLoopbackWithoutCallers_IsBadInputThatNamesTheSetting()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();

        using OrchestratorProcess server = await example.VerbAsync("serve", "--urls", "http://0.0.0.0:0");

        Assert.Equal(2, server.ExitCode);
        Assert.Contains("Server:Tokens", server.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BesideAHubThatIsAway_WhatComesIsStoredAndDoneOnceHubAndWorkerAreThere()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        string hubAddress = $"127.0.0.1:{FreePort.Take()}";
        using OrchestratorProcess server = example.Start("serve", "--hub", $"http://{hubAddress}", "--urls", "http://127.0.0.1:0");
        string address = await AddressAsync(server);
        await server.SaysAsync($"No hub answers at http://{hubAddress}/: Connection refused. The server tries to connect until one does.");

        using OrchestratorProcess submitted = await example.VerbAsync("submit", example.Task, "--server", address);
        using OrchestratorProcess hub = OrchestratorProcess.Start(["hub", "--listen", hubAddress, "--data", Path.Combine(example.Path, "hub")]);
        using OrchestratorProcess worker = example.Start("worker", "--hub", $"http://{hubAddress}");
        using OrchestratorProcess watched = await example.VerbAsync("watch", submitted.LastLine, "--json");

        Assert.True(submitted.ExitCode == 0, submitted.Error);
        Assert.Equal("accepted", watched.Status());
        await server.SaysAsync($"hub answers at http://{hubAddress}/");
    }

    [Fact]
    public async Task BesideAHubOnAFolderThatHasItsOwn_IsRefused()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        using OrchestratorProcess first = example.Start("serve", "--urls", "http://127.0.0.1:0");
        await AddressAsync(first);

        using OrchestratorProcess second = await example.VerbAsync("serve", "--urls", "http://127.0.0.1:0", "--hub", "http://127.0.0.1:1");

        Assert.Equal(5, second.ExitCode);
        Assert.Contains("with a hub of its own", second.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--token-file", "token")]
    [InlineData("--hub", "nowhere")]
    public async Task HubThatCanNotBe_IsBadInputThatNamesTheOption(string option, string value)
    {
        using ExampleFolder example = await SmallTask.CreateAsync();

        using OrchestratorProcess server = await example.VerbAsync("serve", option, value);

        Assert.Equal(2, server.ExitCode);
        Assert.Contains("--hub", server.Error, StringComparison.Ordinal);
    }

    internal static async Task<string> AddressAsync(OrchestratorProcess server)
    {
        const string told = "server listening on ";
        await server.SaysAsync(told);
        return server.Error.Split('\n').First(line => line.StartsWith(told, StringComparison.Ordinal))[told.Length..];
    }

    /// <summary>Waits until the run's timeline says so.</summary>
    private static async Task ShowsAsync(ExampleFolder example, string run, string text)
    {
        string shown = string.Empty;
        for (int look = 0; look < 60 && !shown.Contains(text, StringComparison.Ordinal); look++)
        {
            using OrchestratorProcess show = await example.VerbAsync("show", run);
            shown = show.Output;
        }

        Assert.Contains(text, shown, StringComparison.Ordinal);
    }

    private static async Task<int> TurnsAsync(ExampleFolder example)
    {
        using OrchestratorProcess listed = await example.VerbAsync("list", "--json");
        return Assert.Single(listed.Json.GetProperty("runs").EnumerateArray()).GetProperty("turns").GetInt32();
    }
}
