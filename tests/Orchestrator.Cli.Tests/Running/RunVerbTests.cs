using System.Text.Json;

namespace Orchestrator.Cli.Tests.Running;

public sealed class RunVerbTests
{
    [Fact]
    public async Task Example_EndsAcceptedWithTheJsonAndThePatchThatAreWritten()
    {
        using ExampleFolder example = await ExampleFolder.CopyAsync("paginate-users");
        string head = await example.GitAsync("rev-parse", "HEAD");

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Single(run.Output.TrimEnd('\n').Split('\n'));
        AssertShape(run.Json);
        Assert.Equal("accepted", run.Status());
        Assert.Equal(["tests", "types"], run.Json.GetProperty("verdict").GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("name").GetString()));
        Assert.Contains($"run {run.Json.GetProperty("runId").GetString()}\n", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Error);
        Assert.DoesNotContain('\r', run.Error);
        await example.GitAsync("apply", "--check", run.Json.GetProperty("patch").GetString()!);
        Assert.Equal(head, await example.GitAsync("rev-parse", "HEAD"));
        Assert.Empty(await example.GitAsync("status", "--porcelain", "--ignored"));
    }

    [Fact]
    public async Task FinishedRun_OtherVerbsTellTheSame()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");
        string id = run.Json.GetProperty("runId").GetString()!;
        string report = run.Json.GetProperty("report").GetString()!;

        using OrchestratorProcess resumed = await example.VerbAsync("resume", id, "--json");
        using OrchestratorProcess watched = await example.VerbAsync("watch", id, "--json");
        using OrchestratorProcess listed = await example.VerbAsync("list", "--json");
        using OrchestratorProcess shown = await example.VerbAsync("show", id, "--json");
        using OrchestratorProcess patch = await example.VerbAsync("patch", id);
        using OrchestratorProcess patchJson = await example.VerbAsync("patch", id, "--json");
        using OrchestratorProcess canceled = await example.VerbAsync("cancel", id);

        Assert.Equal((0, run.LastLine), (resumed.ExitCode, resumed.LastLine));
        Assert.Equal((0, run.LastLine), (watched.ExitCode, watched.LastLine));
        JsonElement summary = Assert.Single(listed.Json.GetProperty("runs").EnumerateArray());
        Assert.Equal((id, "small", "accepted"), (Text(summary, "runId"), Text(summary, "name"), Text(summary, "status")));
        Assert.Equal(id, Text(shown.Json.GetProperty("run"), "runId"));
        Assert.Equal(await File.ReadAllTextAsync(run.Json.GetProperty("patch").GetString()!), patch.Output);
        Assert.Equal(patch.Output, patchJson.Json.GetProperty("diff").GetString());
        Assert.DoesNotContain("build/", patch.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(report));
        Assert.Equal(2, canceled.ExitCode);
        Assert.Contains("is over already: accepted", canceled.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RejectedRun_EndsWith1AlsoWhenResumed()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(script: "- text: It is done.\n- text: It is done.\n- text: It is done.\n");

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");
        using OrchestratorProcess resumed = await example.VerbAsync("resume", run.Json.GetProperty("runId").GetString()!, "--json");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("rejected", run.Status());
        Assert.False(run.Json.GetProperty("verdict").GetProperty("accepted").GetBoolean());
        Assert.Equal((1, run.LastLine), (resumed.ExitCode, resumed.LastLine));
        using OrchestratorProcess show = await example.VerbAsync("show", run.Json.GetProperty("runId").GetString()!);
        Assert.All(
            [run.Error, show.Output],
            text => Assert.Contains("result failed with 2 (grep: result.txt: No such file or directory)", text, StringComparison.Ordinal));
        Assert.Contains("\n      grep: result.txt: No such file or directory\n", show.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SubmittedWhileNoProcessRuns_ResumeDoesTheWork()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        using OrchestratorProcess submitted = await example.VerbAsync("submit", example.Task, "--json");
        string run = submitted.Json.GetProperty("runId").GetString()!;

        using OrchestratorProcess resumed = await example.VerbAsync("resume", run, "--json");

        Assert.Equal(0, submitted.ExitCode);
        Assert.Equal(0, resumed.ExitCode);
        Assert.Equal(["once"], example.ExecutedCalls(run));
    }

    [Fact]
    public async Task TwoRunsOnOneFolder_SecondJoinsAndTakesOver()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(checkpoints: "{ final: ask }");
        string second = Path.Combine(example.Path, "second.yaml");
        await File.WriteAllTextAsync(second, SmallTask.Text());
        await File.WriteAllTextAsync(example.Script, SmallTask.SlowScript);
        using OrchestratorProcess owner = example.Start("run", example.Task, "--json", "--no-wait");
        await example.CommandRunsAsync(await owner.RunIdAsync());

        using OrchestratorProcess joined = example.Start("run", second, "--json");
        await example.CommandRunsAsync(await joined.RunIdAsync());

        Assert.Equal(3, await owner.WaitAsync());
        Assert.True(await joined.WaitAsync() == 0, joined.Error);
        Assert.Equal("accepted", joined.Status());
        Assert.Equal(["once"], example.ExecutedCalls(await joined.RunIdAsync()));
    }

    [Fact]
    public async Task Interrupted_EndsWith130AndResumeGoesOn()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(SmallTask.HeldScript);
        using OrchestratorProcess run = example.Start("run", example.Task, "--json");
        string id = await run.RunIdAsync();
        await example.CommandRunsAsync(id);

        run.Interrupt();
        int interrupted = await run.WaitAsync();
        example.LetGo();
        using OrchestratorProcess resumed = await example.VerbAsync("resume", id, "--json");

        Assert.Equal(130, interrupted);
        Assert.Contains($"orchestrator resume {id} --data {example.Data}", run.Error, StringComparison.Ordinal);
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal(["once"], example.ExecutedCalls(id));
    }

    [Fact]
    public async Task SeveralCommands_EachOutputIsShownOnceAtItsCall()
    {
        using ExampleFolder example = await SmallTask.CreateAsync("""
            - calls:
                - { tool: bash, arguments: { command: "echo aaa; printf bbb" } }
                - { tool: str_replace_based_edit_tool, arguments: { command: create, path: result.txt, file_text: "done\n" } }
                - { tool: bash, arguments: { command: "echo ccc" } }
            - text: It is done.
            """);

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task);

        string[] told = [.. run.Error.Split('\n').Select(What).Where(what => what.Length > 0)];
        Assert.Equal(["start", "| aaa", "| bbb", "end", "start", "end", "start", "| ccc", "end"], told);
    }

    private static string What(string line) =>
        line.StartsWith("  | ", StringComparison.Ordinal) ? line.Trim()
        : line.Contains(" start ", StringComparison.Ordinal) ? "start"
        : line.Contains(" end ", StringComparison.Ordinal) ? "end"
        : string.Empty;

    private static void AssertShape(JsonElement run)
    {
        Assert.Equal(JsonValueKind.String, run.GetProperty("runId").ValueKind);
        Assert.True(run.GetProperty("verdict").GetProperty("accepted").GetBoolean());
        Assert.All(run.GetProperty("verdict").GetProperty("checks").EnumerateArray(), check => Assert.Equal(0, check.GetProperty("exitCode").GetInt32()));
        Assert.Equal(8, run.GetProperty("turns").GetInt32());
        Assert.Equal(7, run.GetProperty("toolCalls").GetInt32());
        JsonElement usage = run.GetProperty("usage");
        Assert.All(["inputTokens", "cachedInputTokens", "outputTokens"], name => Assert.True(usage.GetProperty(name).GetInt64() > 0));
        Assert.True(run.GetProperty("costUsd").GetDecimal() > 0);
        Assert.All(["patch", "report"], name => Assert.True(Path.IsPathFullyQualified(run.GetProperty(name).GetString()!)));
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    [Fact]
    public async Task RequestSentAgain_StandsInTheTimelineAndNotInTheLog()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(SmallTask.Script.Replace(
            "- text: It is done.", "- { text: It is done., fail: [{ kind: 503, retryAfter: 1ms }] }", StringComparison.Ordinal));

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");
        using OrchestratorProcess show = await example.VerbAsync("show", run.Json.GetProperty("runId").GetString()!);

        Assert.Equal("accepted", run.Status());
        Assert.Contains("request 2 of 6", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("warn:", run.Error, StringComparison.Ordinal);
        Assert.Contains("request 2 of 6", show.Output, StringComparison.Ordinal);
    }
}
