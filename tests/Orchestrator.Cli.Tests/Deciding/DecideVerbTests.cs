using System.Text.Json;

namespace Orchestrator.Cli.Tests.Deciding;

/// <summary>People answer the final checkpoint from other processes.</summary>
public sealed class DecideVerbTests
{
    private const string Final = "{ final: ask }";

    [Fact]
    public async Task ApprovedFromASecondProcess_WaitingRunEndsAccepted()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(checkpoints: Final);
        using OrchestratorProcess run = example.Start("run", example.Task, "--json");
        string approval = await run.AskedAsync();

        using OrchestratorProcess listed = await example.VerbAsync("approvals", "--json");
        using OrchestratorProcess approved = await example.VerbAsync("approve", approval, "--json");

        JsonElement open = Assert.Single(listed.Json.GetProperty("approvals").EnumerateArray());
        Assert.Equal(approval, open.GetProperty("id").GetString());
        Assert.Equal("final", open.GetProperty("kind").GetString());
        Assert.Contains("+done", open.GetProperty("subject").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, approved.ExitCode);
        Assert.Equal("approved", approved.Json.GetProperty("state").GetString());
        Assert.Equal(0, await run.WaitAsync());
        Assert.Equal("accepted", run.Status());
    }

    [Fact]
    public async Task DeniedFromASecondProcess_ModelReadsTheReasonAndTheRunGoesOn()
    {
        const string script = SmallTask.Script + "\n" + """
            - text: I see the reason.
              expect: "Say \"done\" twice:\\n\\tonce a line, please\\."
              calls: [{ tool: bash, arguments: { command: "echo done >> result.txt" } }]
            - text: Now it is done.
            """;
        using ExampleFolder example = await SmallTask.CreateAsync(script, Final);
        using OrchestratorProcess run = example.Start("run", example.Task, "--json");
        string first = await run.AskedAsync();

        using OrchestratorProcess denied = await example.VerbAsync("deny", first, "--reason", "Say \"done\" twice:\n\tonce a line, please.");
        using OrchestratorProcess approved = await example.VerbAsync("approve", await run.AskedAsync(question: 2));

        Assert.Equal(0, denied.ExitCode);
        Assert.True(await run.WaitAsync() == 0, run.Error);
        Assert.Equal(4, run.Json.GetProperty("turns").GetInt32());
        Assert.Contains("+done\n+done\n", await File.ReadAllTextAsync(run.Json.GetProperty("patch").GetString()!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WaitingRunKilled_ResumeWaitsOnAndEnds()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(checkpoints: Final);
        using OrchestratorProcess run = example.Start("run", example.Task);
        string id = await run.RunIdAsync();
        string approval = await run.AskedAsync();
        run.Kill();
        await run.WaitAsync();

        using OrchestratorProcess resumed = example.Start("resume", id, "--json");
        await resumed.SaysAsync($"orchestrator approve {approval}");
        using OrchestratorProcess approved = await example.VerbAsync("approve", approval);

        Assert.Equal(0, await resumed.WaitAsync());
        Assert.Equal("accepted", resumed.Status());
        Assert.Equal(2, resumed.Json.GetProperty("turns").GetInt32());
        Assert.Equal(["once"], example.ExecutedCalls(id));
    }

    [Fact]
    public async Task DecidedWhileNoProcessRuns_ResumeEnds()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(checkpoints: Final);
        (string run, string approval) = await example.RunToCheckpointAsync();

        using OrchestratorProcess approved = await example.VerbAsync("approve", approval);
        using OrchestratorProcess resumed = await example.VerbAsync("resume", run, "--json");

        Assert.Contains($"orchestrator resume {run} --data {example.Data}", approved.Output, StringComparison.Ordinal);
        Assert.Equal(0, resumed.ExitCode);
        Assert.Equal("accepted", resumed.Status());
    }

    [Fact]
    public async Task NoWaitAtTheFinalCheckpoint_TellsTheVerdictAndThePatchThatIsAskedAbout()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(checkpoints: Final);

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json", "--no-wait");

        Assert.Equal((3, "waiting"), (run.ExitCode, run.Status()));
        Assert.True(run.Json.GetProperty("verdict").GetProperty("accepted").GetBoolean());
        Assert.Contains("+done", await File.ReadAllTextAsync(run.Json.GetProperty("patch").GetString()!), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, run.Json.GetProperty("report").ValueKind);
    }

    [Fact]
    public async Task NoWaitAtAnotherCheckpoint_HasNeither()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(checkpoints: "{ final: ask, tools: [{ tool: bash, ruling: ask }] }");

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json", "--no-wait");

        Assert.Equal(3, run.ExitCode);
        Assert.All(["verdict", "patch"], name => Assert.Equal(JsonValueKind.Null, run.Json.GetProperty(name).ValueKind));
    }

    [Fact]
    public async Task DecisionThatCannotCount_EndsWithAReadableMessage()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(checkpoints: Final);
        (_, string approval) = await example.RunToCheckpointAsync();

        using OrchestratorProcess unknown = await example.VerbAsync("approve", "r0.final1");
        using OrchestratorProcess stale = await example.VerbAsync("approve", approval, "--digest", "ffff0000");
        using OrchestratorProcess unexplained = await example.VerbAsync("deny", approval);
        using OrchestratorProcess approved = await example.VerbAsync("approve", approval);
        using OrchestratorProcess late = await example.VerbAsync("deny", approval, "--reason", "too late");

        AssertRefused(unknown, "There is no approval 'r0.final1'");
        AssertRefused(stale, "something else than digest ffff0000");
        AssertRefused(unexplained, "--reason");
        Assert.Equal(0, approved.ExitCode);
        AssertRefused(late, "was approved before");
    }

    [Fact]
    public async Task Yes_AnswersEveryCheckpoint()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(checkpoints: "{ final: ask, tools: [{ tool: bash, ruling: ask }] }");

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json", "--yes");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(2, run.Error.Split(" decided ").Length - 1);
    }

    private static void AssertRefused(OrchestratorProcess verb, string message)
    {
        Assert.Equal(2, verb.ExitCode);
        Assert.Contains(message, verb.Error, StringComparison.Ordinal);
        Assert.Empty(verb.Output);
    }
}
