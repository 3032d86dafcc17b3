namespace Orchestrator.Cli.Tests.Checking;

public sealed class LintVerbTests
{
    [Fact]
    public async Task VagueTask_NamesTheMistakesAndEndsWith0()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        await File.WriteAllTextAsync(example.Task, "objective: Make it better.\nworkspace: { source: ./project }\n");

        using OrchestratorProcess lint = await OrchestratorProcess.RunAsync(["lint", example.Task, "--json"]);

        Assert.True(lint.ExitCode == 0, lint.Error);
        Assert.Equal(4, lint.Json.GetProperty("findings").GetArrayLength());
    }

    [Fact]
    public async Task GoodTask_IsSilent()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();

        using OrchestratorProcess lint = await OrchestratorProcess.RunAsync(["lint", example.Task, "--data", example.Data]);

        Assert.Equal(0, lint.ExitCode);
        Assert.Empty(lint.Output);
    }
}
