namespace Orchestrator.Cli.Tests.Deciding;

/// <summary>People answer whether a tool call may run.</summary>
public sealed class ToolCheckpointTests
{
    private const string Asking = "{ final: auto, tools: [{ tool: bash, match: \"*calls.log*\", ruling: ask }] }";

    [Fact]
    public async Task Approved_CommandRunsOnce()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(checkpoints: Asking);
        (string run, string approval) = await example.RunToCheckpointAsync();
        string[] before = example.ExecutedCalls(run);

        using OrchestratorProcess approved = await example.VerbAsync("approve", approval);
        using OrchestratorProcess resumed = await example.VerbAsync("resume", run, "--json");

        Assert.Empty(before);
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal(["once"], example.ExecutedCalls(run));
    }

    [Fact]
    public async Task Denied_ReasonIsTheCallsOutputAndTheCommandNeverRuns()
    {
        const string reason = "Not like this:\n  use \"tee\", £5 says so.";
        await using ForeignEndpoint model = await ForeignEndpoint.StartAsync(
            new("I write it.", "echo once >> calls.log"), new("I use tee.", "echo done | tee result.txt"), new("It is done.", null));
        using ExampleFolder example = await SmallTask.CreateAsync(checkpoints: Asking, model: "gpt-5.5");
        using OrchestratorProcess run = OrchestratorProcess.Start(["run", example.Task, "--data", example.Data, "--json"], model.Environment);
        string approval = await run.AskedAsync();

        using OrchestratorProcess denied = await example.VerbAsync("deny", approval, "--reason", reason);

        Assert.True(await run.WaitAsync() == 0, run.Error);
        Assert.EndsWith("\n" + reason, model.OutputsOfCalls[0], StringComparison.Ordinal);
        Assert.Empty(example.ExecutedCalls(run.Json.GetProperty("runId").GetString()!));
    }
}
