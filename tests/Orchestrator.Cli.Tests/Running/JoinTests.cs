namespace Orchestrator.Cli.Tests.Running;

/// <summary>Who joins a run is shown the end of its past, and what is asked.</summary>
public sealed class JoinTests
{
    /// <summary>Three turns of a command each, and the submission: more than ten lines.</summary>
    private const string Script = """
        - calls: [{ tool: bash, arguments: { command: "echo first-output" } }]
        - calls: [{ tool: bash, arguments: { command: "echo second-output" } }]
        - calls: [{ tool: bash, arguments: { command: "seq 60 > result.txt; echo done >> result.txt" } }]
        - text: It is done.
        """;

    [Theory]
    [InlineData("resume")]
    [InlineData("watch")]
    public async Task LongPast_EndsWithTenLinesAndTheOpenQuestion(string verb)
    {
        using ExampleFolder example = await SmallTask.CreateAsync(Script, checkpoints: "{ final: ask }");
        (string run, string approval) = await example.RunToCheckpointAsync();

        using OrchestratorProcess joined = example.Start(verb, run);
        await joined.SaysAsync("orchestrator deny " + approval);

        string[] past = [.. joined.Error.Split('\n').Where(line => line.Contains(" turn ", StringComparison.Ordinal))];
        Assert.StartsWith($"4 earlier lines: orchestrator show {run} --data {example.Data}\n", joined.Error, StringComparison.Ordinal);
        Assert.Equal(10, past.Length);
        Assert.Contains(" asks ", past[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("  | ", joined.Error, StringComparison.Ordinal);
        Assert.Contains("Shall this diff land?", joined.Error, StringComparison.Ordinal);
        Assert.Matches($@"\+1\n(.*\n)+ +\((\d+) more lines: orchestrator approvals --data .*\)\n", joined.Error);
    }

    [Fact]
    public async Task CommandThatRuns_ItsOutputIsShownFromItsLastLinesOn()
    {
        using ExampleFolder example = await SmallTask.CreateAsync("""
            - calls: [{ tool: bash, arguments: { command: "echo earlier" } }]
            - calls: [{ tool: bash, arguments: { command: "seq 30; mkdir -p build; echo once >> build/calls.log; sleep 5; echo done | tee result.txt" } }]
            - text: It is done.
            """);
        using OrchestratorProcess first = example.Start("run", example.Task);
        string run = await first.RunIdAsync();
        await example.CommandRunsAsync(run);
        first.Kill();

        using OrchestratorProcess resumed = await example.VerbAsync("resume", run);

        string[] output = [.. resumed.Error.Split('\n').Where(line => line.StartsWith("  | ", StringComparison.Ordinal))];
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal([.. Enumerable.Range(21, 10).Select(number => $"  | {number}"), "  | done"], output);
    }

    [Fact]
    public async Task DetailThatIsCut_IsApprovedByItsDigest()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(Script, checkpoints: "{ final: ask }");
        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--no-wait");

        using OrchestratorProcess approvals = await example.VerbAsync("approvals");

        string offered = run.Error.Split('\n').First(line => line.Contains("orchestrator approve ", StringComparison.Ordinal));
        Assert.Matches("--digest [0-9a-f]{12} ", offered);
        Assert.Contains(offered + "\n", approvals.Output, StringComparison.Ordinal);
    }
}
