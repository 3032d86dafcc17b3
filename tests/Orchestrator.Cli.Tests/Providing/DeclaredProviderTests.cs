namespace Orchestrator.Cli.Tests.Providing;

public sealed class DeclaredProviderTests
{
    [Theory]
    [InlineData("chat")]
    [InlineData("messages")]
    public async Task RunOnADeclaredModel_IsAcceptedAndPriced(string dialect)
    {
        await using DialectEndpoint endpoint = await DialectEndpoint.StartAsync();
        using ExampleFolder example = await SmallTask.CreateAsync();
        await example.DeclareAsync($$"""
            - name: local
              dialect: {{dialect}}
              baseUrl: {{endpoint.BaseUrl}}
              models: [{ id: org/m, window: 100000, prices: { input: 10, cachedInput: 1, cacheWrite: 20, output: 100 } }]
            """);

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--model", "local/org/m", "--json");

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Equal(("accepted", 2), (run.Status(), run.Json.GetProperty("turns").GetInt32()));
        Assert.Equal(2_000, run.Json.GetProperty("usage").GetProperty("inputTokens").GetInt64());

        // Two answers of a hundred tokens; their input is a thousand each, of which Messages writes nine hundred to the cache.
        decimal input = dialect == "messages" ? 2 * (0.001m + 0.018m) : 2 * 0.01m;
        Assert.Equal(input + (2 * 0.01m), run.Json.GetProperty("costUsd").GetDecimal());
    }

    [Fact]
    public async Task ModelWithoutAPrice_RefusesADollarBudget()
    {
        await using DialectEndpoint endpoint = await DialectEndpoint.StartAsync();
        using ExampleFolder example = await SmallTask.CreateAsync();
        await example.DeclareAsync($"- {{ name: local, dialect: chat, baseUrl: '{endpoint.BaseUrl}', models: [{{ id: m, window: 100000 }}] }}\n");

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--model", "local/m", "--json");
        using OrchestratorProcess unknown = await example.VerbAsync("run", example.Task, "--model", "local/n", "--json");

        Assert.Equal((2, 2), (run.ExitCode, unknown.ExitCode));
        Assert.Contains("budget.usd: the model local/m has no known price", run.Error, StringComparison.Ordinal);
        Assert.Contains("The nearest is local/m.", unknown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ModelWithoutBackground_RefusesATaskThatWantsIt()
    {
        await using DialectEndpoint endpoint = await DialectEndpoint.StartAsync();
        using ExampleFolder example = await SmallTask.CreateAsync(budget: "{ turns: 9 }", model: "local/m, background: true");
        await example.DeclareAsync($"- {{ name: local, dialect: chat, baseUrl: '{endpoint.BaseUrl}', models: [{{ id: m, window: 100000 }}] }}\n");

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("model.background: the endpoint of the model local/m does not work in the background", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ModelWithoutAPrice_RunsWithoutADollarBudget()
    {
        await using DialectEndpoint endpoint = await DialectEndpoint.StartAsync();
        using ExampleFolder example = await SmallTask.CreateAsync(budget: "{ turns: 5 }", model: "local/m");
        await example.DeclareAsync($"- {{ name: local, dialect: chat, baseUrl: '{endpoint.BaseUrl}', models: [{{ id: m, window: 100000 }}] }}\n");

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Equal(0, run.Json.GetProperty("costUsd").GetDecimal());
    }
}
