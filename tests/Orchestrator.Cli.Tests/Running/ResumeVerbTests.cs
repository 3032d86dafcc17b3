using Microsoft.AspNetCore.Http;

namespace Orchestrator.Cli.Tests.Running;

/// <summary>Runs that failed for their provider's sake go on where they stood.</summary>
public sealed class ResumeVerbTests
{
    [Fact]
    public async Task SixTimesNoAnswer_ResumeTakesTheSameTurnAgain()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(model: "gpt-5.5");
        await using CountingEndpoint model = await CountingEndpoint.StartAsync(example.Script);
        model.Refusal = (2, StatusCodes.Status500InternalServerError);
        string run = await FailAsync(example, model, exitCode: 1);

        using OrchestratorProcess again = await ResumeAsync(example, model, run);
        Assert.Equal((1, "failed"), (again.ExitCode, again.Status()));
        Assert.Contains("request 6 of 6 in 0", again.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("warn", again.Error, StringComparison.OrdinalIgnoreCase);
        model.Refusal = null;
        using OrchestratorProcess resumed = await ResumeAsync(example, model, run);

        Assert.Equal((0, "accepted"), (resumed.ExitCode, resumed.Status()));
        Assert.Equal([1, .. Enumerable.Repeat(2, 6 + 6 + 1)], model.AskedTurns);
        Assert.Single(example.ExecutedCalls(run));
        Assert.Contains("reopened", resumed.Error, StringComparison.Ordinal);
        using OrchestratorProcess show = await example.VerbAsync("show", run);
        Assert.Equal(2 * 5, show.Output.Split(" of 6 in 0").Length - 1);
        Assert.Equal(2, show.Output.Split("request 2 of 6 in 0").Length - 1);
    }

    [Fact]
    public async Task KilledAfterItWasReopened_GoesOnFromThere()
    {
        const string look = """
            - text: I look first.
              calls: [{ tool: bash, arguments: { command: "cat README.md" } }]

            """;
        using ExampleFolder example = await SmallTask.CreateAsync(look + SmallTask.SlowScript, model: "gpt-5.5");
        await using CountingEndpoint model = await CountingEndpoint.StartAsync(example.Script);
        model.Refusal = (2, StatusCodes.Status500InternalServerError);
        string run = await FailAsync(example, model, exitCode: 1);

        model.Refusal = null;
        using (var killed = OrchestratorProcess.Start(["resume", run, "--data", example.Data, "--json"], model.Environment))
        {
            await example.CommandRunsAsync(run);
            killed.Kill();
            await killed.WaitAsync();
        }

        using OrchestratorProcess resumed = await ResumeAsync(example, model, run);

        Assert.Equal((0, "accepted"), (resumed.ExitCode, resumed.Status()));
        Assert.Equal([1, .. Enumerable.Repeat(2, 6 + 1), 3], model.AskedTurns);

        // The whole command's, by its supervisor's clock, whoever followed it when.
        Assert.Matches(@"bash ended with exit code 0 after [4-9]\.\d s", resumed.Error);
        Assert.Single(example.ExecutedCalls(run));
    }

    [Fact]
    public async Task KeyRefused_ResumeChangesNothingUntilItIsRight()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(model: "gpt-5.5");
        await using CountingEndpoint model = await CountingEndpoint.StartAsync(example.Script);
        model.Refusal = (2, StatusCodes.Status401Unauthorized);
        string run = await FailAsync(example, model, exitCode: 5);

        model.CheckStatus = StatusCodes.Status401Unauthorized;
        using OrchestratorProcess refused = await ResumeAsync(example, model, run);
        int askedMeanwhile = model.Asked.Count;
        using OrchestratorProcess list = await example.VerbAsync("list");
        using OrchestratorProcess show = await example.VerbAsync("show", run);
        model.CheckStatus = StatusCodes.Status200OK;
        model.Refusal = null;
        using OrchestratorProcess resumed = await ResumeAsync(example, model, run);

        Assert.Equal((5, 2), (refused.ExitCode, askedMeanwhile));
        Assert.Contains("key", refused.Error, StringComparison.Ordinal);
        Assert.Contains("failed (can be resumed)", list.Output, StringComparison.Ordinal);
        Assert.Contains("failed (can be resumed)", show.Output, StringComparison.Ordinal);
        Assert.Equal((0, "accepted"), (resumed.ExitCode, resumed.Status()));
    }

    [Fact]
    public async Task EndOfItsOwn_IsForGood()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(model: "gpt-5.5");
        await using CountingEndpoint model = await CountingEndpoint.StartAsync(example.Script);
        using OrchestratorProcess run = await OrchestratorProcess.RunAsync(["run", example.Task, "--data", example.Data, "--json"], model.Environment);

        model.CheckStatus = StatusCodes.Status401Unauthorized;
        using OrchestratorProcess again = await ResumeAsync(example, model, run.Json.GetProperty("runId").GetString()!);

        Assert.Equal((0, "accepted"), (again.ExitCode, again.Status()));
        Assert.Equal([1, 2], model.AskedTurns);
    }

    private static async Task<string> FailAsync(ExampleFolder example, CountingEndpoint model, int exitCode)
    {
        using OrchestratorProcess run = await OrchestratorProcess.RunAsync(["run", example.Task, "--data", example.Data, "--json"], model.Environment);
        Assert.True(run.ExitCode == exitCode, run.Error);
        Assert.Equal("failed", run.Status());
        return run.Json.GetProperty("runId").GetString()!;
    }

    private static Task<OrchestratorProcess> ResumeAsync(ExampleFolder example, CountingEndpoint model, string run) =>
        OrchestratorProcess.RunAsync(["resume", run, "--data", example.Data, "--json"], model.Environment);
}
