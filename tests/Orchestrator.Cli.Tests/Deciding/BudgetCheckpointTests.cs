namespace Orchestrator.Cli.Tests.Deciding;

/// <summary>A spent limit parks the run, and a person decides how it goes on.</summary>
public sealed class BudgetCheckpointTests
{
    [Fact]
    public async Task Approved_LimitIsRaisedAndTheRunEndsAccepted()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(budget: "{ turns: 1 }");
        (string run, string approval) = await example.RunToCheckpointAsync();

        using OrchestratorProcess listed = await example.VerbAsync("approvals", "--json");
        using OrchestratorProcess approved = await example.VerbAsync("approve", approval);
        using OrchestratorProcess resumed = await example.VerbAsync("resume", run, "--json");

        Assert.Equal("budget", listed.Json.GetProperty("approvals")[0].GetProperty("kind").GetString());
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal(2, resumed.Json.GetProperty("turns").GetInt32());
    }

    [Fact]
    public async Task Denied_RunStopsAtTheLimitWithItsPatch()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(budget: "{ turns: 1 }");
        (string run, string approval) = await example.RunToCheckpointAsync();

        using OrchestratorProcess denied = await example.VerbAsync("deny", approval, "--reason", "That was enough.");
        using OrchestratorProcess resumed = await example.VerbAsync("resume", run, "--json");

        Assert.Equal(4, resumed.ExitCode);
        Assert.Equal("limitReached", resumed.Status());
        Assert.Contains("+done", await File.ReadAllTextAsync(resumed.Json.GetProperty("patch").GetString()!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnLimitStop_RunEndsWithoutAQuestion()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(budget: "{ turns: 1, onLimit: stop }");

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");

        Assert.Equal(4, run.ExitCode);
        Assert.Equal("limitReached", run.Status());
        Assert.Equal(1, run.Json.GetProperty("turns").GetInt32());
    }

    [Fact]
    public async Task Yes_LeavesTheQuestionOpenForAPerson()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(budget: "{ turns: 1 }", checkpoints: "{ final: ask, tools: [{ tool: bash, ruling: ask }] }");

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json", "--yes", "--no-wait");
        using OrchestratorProcess listed = await example.VerbAsync("approvals", "--json");

        Assert.True(run.ExitCode == 3, run.Error);
        Assert.Equal("waiting", run.Status());
        Assert.Equal(1, run.Json.GetProperty("toolCalls").GetInt32());
        Assert.Equal("budget", Assert.Single(listed.Json.GetProperty("approvals").EnumerateArray()).GetProperty("kind").GetString());
    }

    [Fact]
    public async Task DollarsDontPayForTheFirstRequest_RunParksBeforeIt()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(budget: "{ usd: 0.001 }");

        (string run, string approval) = await example.RunToCheckpointAsync();
        using OrchestratorProcess listed = await example.VerbAsync("approvals", "--json");
        using OrchestratorProcess approved = await example.VerbAsync("approve", approval);
        using OrchestratorProcess resumed = await example.VerbAsync("resume", run, "--json", "--no-wait");

        Assert.Contains(".budget1", approval, StringComparison.Ordinal);
        Assert.Contains("$0.0000 of $0.0010 spent, and the next request may cost $0.0", listed.Output, StringComparison.Ordinal);
        Assert.True(resumed.Json.GetProperty("turns").GetInt32() > 0, resumed.Error);
    }
}
