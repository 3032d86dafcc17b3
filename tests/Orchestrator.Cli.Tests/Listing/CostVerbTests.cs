using System.Text.Json;

namespace Orchestrator.Cli.Tests.Listing;

public sealed class CostVerbTests
{
    [Fact]
    public async Task Parts_AreWhatTheRunCost()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");
        string id = run.Json.GetProperty("runId").GetString()!;

        using OrchestratorProcess cost = await example.VerbAsync("cost", id, "--json");
        using OrchestratorProcess table = await example.VerbAsync("cost", id);

        JsonElement[] turns = [.. cost.Json.GetProperty("turns").EnumerateArray()];
        JsonElement[] tools = [.. cost.Json.GetProperty("tools").EnumerateArray()];
        decimal whole = run.Json.GetProperty("costUsd").GetDecimal();
        Assert.True(whole > 0);
        Assert.Equal(whole, cost.Json.GetProperty("costUsd").GetDecimal());
        Assert.Equal(whole, turns.Sum(turn => turn.GetProperty("costUsd").GetDecimal()));
        Assert.Equal(whole, tools.Sum(tool => tool.GetProperty("costUsd").GetDecimal()));
        Assert.Equal(["bash"], turns[0].GetProperty("tools").EnumerateArray().Select(tool => tool.GetString()));
        Assert.Contains("together", table.Output, StringComparison.Ordinal);
    }
}
