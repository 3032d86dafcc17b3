using System.Text.Json;

namespace Orchestrator.Cli.Tests.Checking;

public sealed class EstimateVerbTests
{
    [Fact]
    public async Task Estimate_IsARangeWithItsAssumptionsAndStartsNothing()
    {
        using ExampleFolder example = await ExampleFolder.CopyAsync("paginate-users");

        using OrchestratorProcess told = await OrchestratorProcess.RunAsync(["estimate", example.Task, "--data", example.Data]);
        using OrchestratorProcess json = await OrchestratorProcess.RunAsync(["estimate", example.Task, "--data", example.Data, "--json"]);
        using OrchestratorProcess listed = await example.VerbAsync("list", "--json");

        Assert.Equal((0, 0), (told.ExitCode, json.ExitCode));
        Assert.Contains("Prices of scripted:", told.Output, StringComparison.Ordinal);
        decimal least = json.Json.GetProperty("least").GetProperty("costUsd").GetDecimal();
        decimal most = json.Json.GetProperty("most").GetProperty("costUsd").GetDecimal();
        Assert.True(least > 0 && most > least, $"{least} to {most}");
        Assert.Equal(4, json.Json.GetProperty("assumptions").GetArrayLength());
        Assert.Empty(listed.Json.GetProperty("runs").EnumerateArray());
    }

    [Fact]
    public async Task ModelOnTheCommandLine_PutsAwayTheTasksKindAndFallbacks()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(model: "gpt-5.5, kind: patch, fallback: [claude-opus-4-7]");

        using OrchestratorProcess estimate = await example.VerbAsync("estimate", example.Task, "--model", $"scripted:{example.Script}", "--json");

        Assert.True(estimate.ExitCode == 0, estimate.Error);
        Assert.Equal($"scripted:{example.Script}", estimate.Json.GetProperty("model").GetString());
        Assert.Empty(estimate.Json.GetProperty("fallbacks").EnumerateArray());
    }

    [Theory]
    [InlineData("{ turns: 9 }", "local/m, kind: poetry", "model.kind: there is no kind 'poetry'")]
    [InlineData("{ usd: 5 }", "local/m", "budget.usd: the model local/m has no known price")]
    [InlineData("{ turns: 9 }\ncompaction: { way: provider }", "local/m", "compaction.way: the endpoint of the model local/m has no compaction of its own; use 'summary'.")]
    [InlineData("{ turns: 9 }\ncompaction: { way: provider, at: 49999 }", "claude/m", "compaction.way: the endpoint of the model claude/m compacts conversations of 50,000 tokens and more; raise")]
    [InlineData("{ turns: 9 }", "local/m, background: true", "model.background: the endpoint of the model local/m")]
    public async Task WhatRunWouldRefuse_IsRefused(string budget, string model, string error)
    {
        using ExampleFolder example = await SmallTask.CreateAsync(budget: budget, model: model);
        await example.DeclareAsync(
            "- { name: local, dialect: chat, baseUrl: 'http://127.0.0.1:9/v1', models: [{ id: m, window: 100000 }] }\n"
            + "- { name: claude, dialect: messages, baseUrl: 'http://127.0.0.1:9', models: [{ id: m, window: 100000, capabilities: { compaction: true } }] }\n");

        using OrchestratorProcess estimate = await example.VerbAsync("estimate", example.Task);

        Assert.Equal(2, estimate.ExitCode);
        Assert.Contains(error, estimate.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AcceptedRuns_AreWhatTheNextEstimateGoesBy()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        for (int run = 0; run < 5; run++)
        {
            using OrchestratorProcess ran = await OrchestratorProcess.RunAsync(["run", example.Task, "--data", example.Data, "--json"]);
            Assert.Equal("accepted", ran.Status());
            JsonElement estimate = ran.Json.GetProperty("estimate");
            Assert.True(estimate.GetProperty("leastUsd").GetDecimal() > 0);
            Assert.NotEqual(JsonValueKind.Null, estimate.GetProperty("errorPercent").ValueKind);
        }

        using OrchestratorProcess json = await OrchestratorProcess.RunAsync(["estimate", example.Task, "--data", example.Data, "--json"]);

        Assert.Contains("the middle half of the 5 newest runs", json.Json.GetProperty("assumptions")[0].GetString(), StringComparison.Ordinal);
    }
}
