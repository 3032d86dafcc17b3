namespace Orchestrator.Cli.Tests.Running;

public sealed class CancelVerbTests
{
    [Fact]
    public async Task CanceledDuringACommand_BothEndWithThePatchSoFar()
    {
        const string script = """
            - calls: [{ tool: bash, arguments: { command: "mkdir -p build && echo half > result.txt && echo once >> build/calls.log && sleep 300" } }]
            - text: It is done.
            """;
        using ExampleFolder example = await SmallTask.CreateAsync(script);
        using OrchestratorProcess run = example.Start("run", example.Task, "--json");
        string id = await run.RunIdAsync();
        await example.CommandRunsAsync(id);

        using OrchestratorProcess canceled = await example.VerbAsync("cancel", id, "--json");

        Assert.Equal(0, canceled.ExitCode);
        Assert.Equal(1, await run.WaitAsync());
        Assert.Equal("canceled", run.Status());
        Assert.Equal(run.LastLine, canceled.LastLine);
        Assert.Contains("+half", await File.ReadAllTextAsync(run.Json.GetProperty("patch").GetString()!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CanceledWhileItWaits_ApprovalIsWithdrawn()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(checkpoints: "{ final: ask }");
        using OrchestratorProcess run = example.Start("run", example.Task, "--json");
        string approval = await run.AskedAsync();

        using OrchestratorProcess canceled = await example.VerbAsync("cancel", await run.RunIdAsync());
        using OrchestratorProcess late = await example.VerbAsync("approve", approval);

        Assert.Equal(0, canceled.ExitCode);
        Assert.Equal(1, await run.WaitAsync());
        Assert.Equal("canceled", run.Status());
        Assert.Equal(2, late.ExitCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CanceledWhileNoProcessRuns_CancelBringsItToItsEnd(bool hasBegun)
    {
        using ExampleFolder example = await SmallTask.CreateAsync(checkpoints: "{ final: ask }");
        using OrchestratorProcess begun = hasBegun
            ? await example.VerbAsync("run", example.Task, "--json", "--no-wait")
            : await example.VerbAsync("submit", example.Task, "--json");
        string run = begun.Json.GetProperty("runId").GetString()!;

        using OrchestratorProcess canceled = await example.VerbAsync("cancel", run, "--json");
        using OrchestratorProcess resumed = await example.VerbAsync("resume", run, "--json");

        Assert.True(canceled.ExitCode == 0, canceled.Error);
        Assert.Equal("canceled", canceled.Status());
        Assert.Equal((1, canceled.LastLine), (resumed.ExitCode, resumed.LastLine));
    }
}
