namespace Orchestrator.Cli.Tests.Running;

/// <summary>What a run says of itself in a pipe, line by line.</summary>
public sealed class LiveViewTests
{
    [Fact]
    public async Task Verification_EachCriterionBeginsAndEnds()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        await File.WriteAllTextAsync(
            example.Task, SmallTask.Text().Replace("success:", "success:\n  - { name: readme, run: \"test -f README.md\" }", StringComparison.Ordinal));

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task);

        string[] told = [.. run.Error.Split('\n').Where(line => line.Contains("verif", StringComparison.Ordinal)).Select(line => line[9..])];
        Assert.Equal(5, told.Length);
        Assert.Equal("turn 2   verify    readme begins: test -f README.md", told[0]);
        Assert.StartsWith("turn 2   verify    readme ends with exit code 0 after ", told[1], StringComparison.Ordinal);
        Assert.Equal("turn 2   verify    result begins: grep -q done result.txt", told[2]);
        Assert.StartsWith("turn 2   verify    result ends with exit code 0 after ", told[3], StringComparison.Ordinal);
        Assert.Equal("turn 2   verified  readme passed, result passed", told[4]);
    }

    [Fact]
    public async Task ModelThatIsSilent_IsToldAfterTenSeconds()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(SmallTask.Script.Replace("- text: It is done.", "- { text: It is done., delay: 11s }", StringComparison.Ordinal));

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("turn 2   goes on   still asking the model: no answer for 10 s\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PathOutOfScopeThatNothingCouldPutBack_IsNamed()
    {
        using ExampleFolder example = await SmallTask.CreateAsync("""
            - calls: [{ tool: bash, arguments: { command: "echo done > result.txt; echo more >> README.md" } }]
            - text: It is done.
            - calls: [{ tool: bash, arguments: { command: "git checkout README.md" } }]
            - text: It is done.
            """);
        Directory.CreateDirectory(example.Data);
        await File.WriteAllTextAsync(Path.Combine(example.Data, "settings.json"), """{ "Tools": { "Snapshots": { "MostFiles": 2 } } }""");

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task);

        Assert.Contains("; 1 changed path is out of scope: README.md\n", run.Error, StringComparison.Ordinal);
    }
}
