namespace Orchestrator.Cli.Tests.Listing;

public sealed class ListVerbTests
{
    [Fact]
    public async Task LongNameInAPipe_StaysOnItsLine()
    {
        string name = "a task " + new string('x', 150) + " [with brackets]";
        using ExampleFolder example = await SmallTask.CreateAsync();
        await File.WriteAllTextAsync(example.Task, SmallTask.Text().Replace("name: small", $"name: \"{name}\"", StringComparison.Ordinal));
        using OrchestratorProcess submitted = await example.VerbAsync("submit", example.Task);

        using OrchestratorProcess listed = await example.VerbAsync("list");

        string[] lines = listed.Output.TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith(submitted.LastLine + " running", lines[1], StringComparison.Ordinal);
        Assert.Contains(name, lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task NothingRan_SaysHowToBegin()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();

        using OrchestratorProcess listed = await example.VerbAsync("list");

        Assert.Equal(0, listed.ExitCode);
        Assert.Contains("orchestrator run TASK", listed.Output, StringComparison.Ordinal);
    }
}
