namespace Orchestrator.Cli.Tests.Listing;

public sealed class ShowVerbTests
{
    [Fact]
    public async Task CommandOfSeveralLines_IsShownWithThemAndTheViewShowsItsFirst()
    {
        using ExampleFolder example = await SmallTask.CreateAsync("""
            - calls: [{ tool: bash, arguments: { command: "cat > result.txt <<X\ndone\n  twice\nX" } }]
            - text: It is done.
            """);
        using OrchestratorProcess run = await example.VerbAsync("run", example.Task);

        using OrchestratorProcess shown = await example.VerbAsync("show", await run.RunIdAsync());

        Assert.Contains(" start     bash: cat > result.txt <<X …\n", run.Error, StringComparison.Ordinal);
        Assert.Matches(@"(?m) start     bash: cat > result\.txt <<X\n +done\n +  twice\n +X$", shown.Output);
        Assert.Matches(@"(?m) finished  accepted$", shown.Output);
        Assert.DoesNotMatch("ToolStarted|CheckpointOpened|Accepted", shown.Output);
    }

    [Fact]
    public async Task LimitThatEndsARun_IsToldInWords()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(budget: "{ turns: 1, onLimit: stop }");
        using OrchestratorProcess run = await example.VerbAsync("run", example.Task);

        using OrchestratorProcess shown = await example.VerbAsync("show", await run.RunIdAsync());

        Assert.Contains("limit reached: 1 of 1 turns taken", run.Output, StringComparison.Ordinal);
        Assert.Contains("finished  limit reached: 1 of 1 turns taken", shown.Output, StringComparison.Ordinal);
    }
}
