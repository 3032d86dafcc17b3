namespace Orchestrator.Cli.Tests.Governing;

public sealed class PolicyVerbTests
{
    [Fact]
    public async Task PolicyIsChecked_MistakesAreToldByTheirLine()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        string file = Path.Combine(example.Path, "policies.yaml");
        await File.WriteAllTextAsync(file, "rules:\n  - name: push\n    match: \"git push*\"\n    ruling: perhaps\n");

        using OrchestratorProcess wrong = await example.VerbAsync("policy", "check", file);
        await File.WriteAllTextAsync(file, "rules:\n  - name: push\n    match: \"git push*\"\n    ruling: deny\n");
        using OrchestratorProcess right = await example.VerbAsync("policy", "check", file, "--json");

        Assert.Equal((2, 0), (wrong.ExitCode, right.ExitCode));
        Assert.Contains(":4", wrong.Error, StringComparison.Ordinal);
        Assert.Equal(1, right.Json.GetProperty("rules").GetInt32());
    }

    [Fact]
    public async Task PolicyIsTriedOnPastRuns_WhatWouldBeOtherIsTold()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");
        string file = Path.Combine(example.Path, "policies.yaml");
        await File.WriteAllTextAsync(file, "rules:\n  - name: no-folders\n    match: \"mkdir*\"\n    ruling: deny\n");

        using OrchestratorProcess tried = await example.VerbAsync("policy", "test", file, "--json");

        Assert.Equal("accepted", run.Status());
        Assert.True(tried.ExitCode == 0, tried.Error);
        Assert.Equal((1, 1), (tried.Json.GetProperty("runs").GetInt32(), tried.Json.GetProperty("calls").GetInt32()));
        Assert.Contains("no-folders", Assert.Single(tried.Json.GetProperty("changed").EnumerateArray()).ToString(), StringComparison.Ordinal);
    }
}
