using System.Text.Json;
using Microsoft.Data.Sqlite;
using Xunit.Abstractions;

namespace Orchestrator.Cli.Tests.Running;

/// <summary>The process is killed while it waits for an answer: one in the background is fetched, any other is asked for again and counted.</summary>
public sealed class LostAnswerTests(ITestOutputHelper output)
{
    private const string Background = "gpt-5.5, background: true";

    private const string SlowAnswer = """
        - text: I write it.
          delay: 3s
          calls: [{ tool: bash, arguments: { command: "mkdir -p build && echo once >> build/calls.log && echo done > result.txt" } }]
        - text: It is done.
        """;

    [Fact]
    public async Task KilledWhenTheAnswerHasBegun_IsFetchedAndBilledOnce()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(model: Background);
        using ExampleFolder other = await SmallTask.CreateAsync(model: Background);
        await using CountingEndpoint model = await CountingEndpoint.StartAsync(example.Script);
        using OrchestratorProcess killed = await OrchestratorProcess.RunAsync(
            ["run", example.Task, "--data", example.Data], [.. model.Environment, ("ORCHESTRATOR_FAILPOINT", "agent.answer.begun:1")]);
        Assert.Equal(137, killed.ExitCode);
        string run = await killed.RunIdAsync();

        using OrchestratorProcess resumed = await OrchestratorProcess.RunAsync(["resume", run, "--data", example.Data, "--json"], model.Environment);
        Assert.Equal([1, 2], model.AskedTurns);
        using OrchestratorProcess whole = await OrchestratorProcess.RunAsync(["run", other.Task, "--data", other.Data, "--json"], model.Environment);

        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Contains(model.Followed, path => path.StartsWith("responses/resp_", StringComparison.Ordinal));
        Assert.Equal((0, 0m), DuplicatesOf(resumed));
        Assert.Equal(CostOf(whole), CostOf(resumed));
        Assert.Equal(["once"], example.ExecutedCalls(run));
    }

    [Theory]
    [InlineData(20261124)]
    [InlineData(7)]
    public async Task KilledAtRandomMomentsOfABackgroundAnswer_AsksOnce(int seed)
    {
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using ExampleFolder example = await SmallTask.CreateAsync(SlowAnswer, model: Background);
        await using CountingEndpoint model = await CountingEndpoint.StartAsync(example.Script);
        string? run = null;
        int kills = 0;
        for (; kills < 3; kills++)
        {
            using OrchestratorProcess process = OrchestratorProcess.Start(
                run is null ? ["run", example.Task, "--data", example.Data] : ["resume", run, "--data", example.Data], model.Environment);
            run ??= await process.RunIdAsync();
            await Eventually.IsTrueAsync(() => HasBegun(example), () => "the id of the answer in:\n" + process.Error);
            await process.EndsWithinAsync(TimeSpan.FromMilliseconds(random.Next(0, 400)));
            process.Kill();
            await process.WaitAsync();
        }

        using OrchestratorProcess resumed = await OrchestratorProcess.RunAsync(["resume", run!, "--data", example.Data, "--json"], model.Environment);

        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal(3, kills);
        Assert.Equal([1, 2], model.AskedTurns);
        Assert.Equal((0, 0m), DuplicatesOf(resumed));
        Assert.Equal(["once"], example.ExecutedCalls(run!));
    }

    [Fact]
    public async Task KilledWhileItListens_AsksAgainAndCountsWhatMayBeBilled()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(SlowAnswer, model: "gpt-5.5");
        await using CountingEndpoint model = await CountingEndpoint.StartAsync(example.Script);
        using OrchestratorProcess killed = OrchestratorProcess.Start(["run", example.Task, "--data", example.Data], model.Environment);
        string run = await killed.RunIdAsync();
        await Eventually.IsTrueAsync(() => model.AskedTurns.Any(), () => "a request in:\n" + killed.Error);
        killed.Kill();
        await killed.WaitAsync();

        using OrchestratorProcess resumed = await OrchestratorProcess.RunAsync(["resume", run, "--data", example.Data, "--json"], model.Environment);

        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal([1, 1, 2], model.AskedTurns);
        (int attempts, decimal usd) = DuplicatesOf(resumed);
        Assert.Equal(1, attempts);

        // 16,384 tokens of answer alone are $0.49.
        Assert.InRange(usd, 0.49m, 0.6m);
        Assert.InRange(CostOf(resumed), usd, usd + 0.1m);
        Assert.Contains("| of it lost answers | 1, $0.", await File.ReadAllTextAsync(resumed.Json.GetProperty("report").GetString()!), StringComparison.Ordinal);
        Assert.Contains("lost ", resumed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CanceledWhileTheProviderWorks_ItIsToldToStop()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(SlowAnswer.Replace("3s", "10m", StringComparison.Ordinal), model: Background);
        await using CountingEndpoint model = await CountingEndpoint.StartAsync(example.Script);
        using OrchestratorProcess running = OrchestratorProcess.Start(["run", example.Task, "--data", example.Data, "--json"], model.Environment);
        string run = await running.RunIdAsync();
        await Eventually.IsTrueAsync(() => HasBegun(example), () => "the id of the answer in:\n" + running.Error);

        using OrchestratorProcess canceled = await example.VerbAsync("cancel", run);
        await running.WaitAsync();

        Assert.Equal("canceled", running.Status());
        Assert.Contains(model.Followed, path => path.EndsWith("/cancel", StringComparison.Ordinal));
    }

    private static bool HasBegun(ExampleFolder example)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(example.Data, "run.db")};Mode=ReadWrite;Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM replies WHERE response_id IS NOT NULL";
        return Convert.ToInt32(command.ExecuteScalar()) > 0;
    }

    private static (int Attempts, decimal Usd) DuplicatesOf(OrchestratorProcess process)
    {
        JsonElement usage = process.Json.GetProperty("usage");
        return (usage.GetProperty("duplicateAttempts").GetInt32(), usage.GetProperty("duplicateUsd").GetDecimal());
    }

    private static decimal CostOf(OrchestratorProcess process) => process.Json.GetProperty("costUsd").GetDecimal();
}
