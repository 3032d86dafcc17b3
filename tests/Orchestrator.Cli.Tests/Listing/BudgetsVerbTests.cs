using System.Text.Json;

namespace Orchestrator.Cli.Tests.Listing;

public sealed class BudgetsVerbTests
{
    [Fact]
    public async Task SpentBudget_HasTheNextRunWaitAndIsShown()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        await SettleAsync(example, """{ "Budgets": { "EachRequester": { "Usd": 0.08 } } }""");

        using OrchestratorProcess first = await example.VerbAsync("run", example.Task, "--json", "--no-wait");
        int runs = 1;
        string status = first.Json.GetProperty("status").GetString()!;
        while (status == "accepted" && runs < 20)
        {
            using OrchestratorProcess next = await example.VerbAsync("run", example.Task, "--json", "--no-wait");
            status = next.Json.GetProperty("status").GetString()!;
            runs++;
        }

        using OrchestratorProcess asked = await example.VerbAsync("approvals", "--json");
        using OrchestratorProcess budgets = await example.VerbAsync("budgets", "--json");
        using OrchestratorProcess table = await example.VerbAsync("budgets");
        JsonElement budget = Assert.Single(budgets.Json.GetProperty("budgets").EnumerateArray());
        Assert.Equal("waiting", status);
        Assert.Contains($"requester {Environment.UserName} has", asked.LastLine, StringComparison.Ordinal);
        Assert.Equal(0.08m, budget.GetProperty("limitUsd").GetDecimal());
        Assert.InRange(budget.GetProperty("spentUsd").GetDecimal(), 0.001m, 0.08m);
        Assert.Equal(0m, budget.GetProperty("reservedUsd").GetDecimal());
        Assert.Contains($"requester {Environment.UserName}", table.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoBudgets_IsSaid()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();

        using OrchestratorProcess budgets = await example.VerbAsync("budgets", "--json");

        Assert.Equal("""{"budgets":[]}""", budgets.LastLine);
    }

    [Fact]
    public async Task WrongBudget_StartsNothing()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        await SettleAsync(example, """{ "Budgets": { "EachRequester": { "Usd": -1 } } }""");

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task);

        Assert.Equal(5, run.ExitCode);
        Assert.Contains("Budgets:EachRequester:Usd must be a number above 0 in settings.json.", run.Error, StringComparison.Ordinal);
    }

    private static Task SettleAsync(ExampleFolder example, string settings)
    {
        Directory.CreateDirectory(example.Data);
        return File.WriteAllTextAsync(Path.Combine(example.Data, "settings.json"), settings);
    }
}
