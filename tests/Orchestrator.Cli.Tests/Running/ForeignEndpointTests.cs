namespace Orchestrator.Cli.Tests.Running;

/// <summary>A run against a Responses endpoint that isn't ours.</summary>
public sealed class ForeignEndpointTests
{
    [Fact]
    public async Task StrictStatelessEndpoint_RunEndsAccepted()
    {
        await using ForeignEndpoint model = await ForeignEndpoint.StartAsync(
            new("I look around.", "ls -a"), new("I write it.", "echo done > result.txt"), new("It is done.", null));
        using ExampleFolder example = await SmallTask.CreateAsync(model: "gpt-5.5");

        using OrchestratorProcess run = await OrchestratorProcess.RunAsync(["run", example.Task, "--data", example.Data, "--json"], model.Environment);

        Assert.Empty(model.Faults);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(3, run.Json.GetProperty("turns").GetInt32());
        Assert.Equal(300, run.Json.GetProperty("usage").GetProperty("inputTokens").GetInt64());
        Assert.Contains("README.md", model.OutputsOfCalls[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task EndpointDiesMidway_RunFailsWithAReasonAndKeepsItsPatch()
    {
        await using ForeignEndpoint model = await ForeignEndpoint.StartAsync(new ForeignTurn("I write it.", "echo done > result.txt"));
        using ExampleFolder example = await SmallTask.CreateAsync(model: "gpt-5.5");
        using OrchestratorProcess run = OrchestratorProcess.Start(
            ["run", example.Task, "--data", example.Data, "--json"], [.. model.Environment, ("Providers__Responses__Attempts", "1")]);

        await run.WaitAsync();

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("failed", run.Status());
        Assert.Contains("/v1", run.Json.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Contains("+done", await File.ReadAllTextAsync(run.Json.GetProperty("patch").GetString()!), StringComparison.Ordinal);
    }
}
