using System.Text.Json;

namespace Orchestrator.Cli.Tests.Compacting;

/// <summary>A run whose conversation is made shorter, through the command line, with the scripted model.</summary>
public sealed class CompactionTests
{
    /// <summary>The second answer claims a conversation above the limit.</summary>
    private const string Script = """
        - text: I look around.
          calls:
            - { tool: update_plan, arguments: { plan: [{ step: Look around, status: in_progress }, { step: Write the result, status: pending }] } }
            - { tool: bash, arguments: { command: "mkdir -p build && echo planted-fact-4711 && seq 1 3000" } }
        - text: I look at what is newest.
          calls: [{ tool: bash, arguments: { command: "echo newest >> build/calls.log" } }]
          usage: { inputTokens: 6000, cachedInputTokens: 1024, outputTokens: 100 }
          summary: "## Done so far\nI looked around.\n## State of the work\nnone\n## Open problems\nnone\n## Next steps\nnone\n## Decisions\nnone"
        - calls: [{ tool: recall, arguments: { words: "planted-fact" } }]
        - expect: "turn 1, result of call 2 of bash"
          calls: [{ tool: bash, arguments: { command: "echo once >> build/calls.log && echo done > result.txt" } }]
        - text: It is done.
        """;

    /// <summary>The first turn's outputs are more than 50,000 tokens; the third turn is scripted to see what came last, behind the summary.</summary>
    private static readonly string LongScript = $$"""
        - text: I count.
          calls: [{{string.Join(", ", Enumerable.Repeat("""{ tool: bash, arguments: { command: "seq 100000 103000" } }""", 16))}}]
        - text: I look at what is newest.
          calls: [{ tool: bash, arguments: { command: "echo newest" } }]
          summary: I counted.
        - expect: newest
          calls: [{ tool: bash, arguments: { command: "echo done > result.txt" } }]
        - text: It is done.
        """;

    private static readonly string[] Constraints = [.. Enumerable.Range(1, 30).Select(number => $"Constraint {number}: keep the value {number * 7919} as it is.")];

    [Fact]
    public async Task ConversationAboveTheLimit_IsSummarisedShownAndSearched()
    {
        using ExampleFolder example = await CreateAsync();

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        string id = run.Json.GetProperty("runId").GetString()!;
        using OrchestratorProcess listed = await example.VerbAsync("compactions", id, "--json");
        using OrchestratorProcess shown = await example.VerbAsync("compactions", "show", id, "1", "--json");
        using OrchestratorProcess read = await example.VerbAsync("compactions", "show", id, "1");
        using OrchestratorProcess undone = await example.VerbAsync("compactions", "undo", id, "1");
        using OrchestratorProcess looked = await example.VerbAsync("show", id);

        Assert.Equal(5, run.Json.GetProperty("turns").GetInt32());
        Assert.Contains("compacted", run.Error, StringComparison.Ordinal);
        JsonElement one = Assert.Single(listed.Json.GetProperty("compactions").EnumerateArray());
        Assert.Equal(("active", 2, 1), (one.GetProperty("state").GetString(), one.GetProperty("turn").GetInt32(), one.GetProperty("throughTurn").GetInt32()));
        Assert.True(one.GetProperty("tokensAfter").GetInt64() * 10 <= one.GetProperty("tokensBefore").GetInt64() * 7);
        Assert.Contains("I looked around.", shown.Json.GetProperty("summary").GetString(), StringComparison.Ordinal);
        Assert.Contains("Write the word done into result.txt", shown.Json.GetProperty("pinned").GetString(), StringComparison.Ordinal);
        Assert.Contains("\n- [in_progress] Look around\n- [pending] Write the result\n", shown.Json.GetProperty("pinned").GetString(), StringComparison.Ordinal);
        Assert.Contains("plan: [in_progress] Look around\nplan: [pending] Write the result\n", looked.Output, StringComparison.Ordinal);
        Assert.Contains("- [tool, turn 1] exit code 0", read.Output, StringComparison.Ordinal);
        Assert.Contains("+ [user, turn 1] # What holds, word for word", read.Output, StringComparison.Ordinal);
        Assert.Equal(2, undone.ExitCode);
        Assert.Contains($"Run {id} is over", undone.Error, StringComparison.Ordinal);
        Assert.Contains("| of it compactions | 1, $", await File.ReadAllTextAsync(run.Json.GetProperty("report").GetString()!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("agent.compaction.begun", 2)]
    [InlineData("agent.compaction.answered", 2)]
    [InlineData("agent.compaction.committed", 1)]
    public async Task KilledDuringCompaction_OneSummaryIsKeptAndNothingRunsTwice(string place, int attempts)
    {
        using ExampleFolder example = await CreateAsync(constraints: Constraints);
        using ExampleFolder undisturbed = await CreateAsync(constraints: Constraints);

        using OrchestratorProcess killed = await OrchestratorProcess.RunAsync(
            ["run", example.Task, "--json", "--data", example.Data], ("ORCHESTRATOR_FAILPOINT", $"{place}:1"));
        string id = await killed.RunIdAsync();
        using OrchestratorProcess resumed = await example.VerbAsync("resume", id, "--json");
        using OrchestratorProcess listed = await example.VerbAsync("compactions", id, "--json");
        using OrchestratorProcess other = await undisturbed.VerbAsync("run", undisturbed.Task, "--json");

        Assert.Equal(137, killed.ExitCode);
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        JsonElement one = Assert.Single(listed.Json.GetProperty("compactions").EnumerateArray());
        Assert.Equal(("active", attempts), (one.GetProperty("state").GetString(), one.GetProperty("attempts").GetInt32()));
        Assert.Equal(5, resumed.Json.GetProperty("turns").GetInt32());
        Assert.Equal(["newest", "once"], example.ExecutedCalls(id));
        string pinned = await PinnedAsync(example, id);
        Assert.Equal(await PinnedAsync(undisturbed, other.Json.GetProperty("runId").GetString()!), pinned);
        Assert.Contains($"\n## Constraints\n\n{string.Concat(Constraints.Select(constraint => $"- {constraint}\n"))}\n", pinned, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UndoneBeforeTheNextTurn_FullConversationComesBack()
    {
        using ExampleFolder example = await CreateAsync("{ final: auto, tools: [{ tool: recall, ruling: ask }] }");
        using ExampleFolder compacted = await CreateAsync();
        (string id, string approval) = await example.RunToCheckpointAsync();

        using OrchestratorProcess undone = await example.VerbAsync("compactions", "undo", id, "1", "--json");
        using OrchestratorProcess approved = await example.VerbAsync("approve", approval);
        using OrchestratorProcess resumed = await example.VerbAsync("resume", id, "--json");
        using OrchestratorProcess listed = await example.VerbAsync("compactions", id, "--json");
        using OrchestratorProcess other = await compacted.VerbAsync("run", compacted.Task, "--json");

        Assert.Equal(("undone", JsonValueKind.Null), (undone.Json.GetProperty("state").GetString(), undone.Json.GetProperty("inUse").ValueKind));
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal("undone", Assert.Single(listed.Json.GetProperty("compactions").EnumerateArray()).GetProperty("state").GetString());
        Assert.InRange(InputTokens(resumed), InputTokens(other) + 5_000, InputTokens(other) + 20_000);
    }

    [Fact]
    public async Task ProvidersOwnCompaction_IsShownToItAgainAsItCame()
    {
        using ExampleFolder example = await CreateAsync(compaction: "{ at: 4000, way: provider }");

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        using OrchestratorProcess shown = await example.VerbAsync("compactions", "show", run.Json.GetProperty("runId").GetString()!, "1", "--json");

        using JsonDocument item = JsonDocument.Parse(shown.Json.GetProperty("summary").GetString()!);
        Assert.Equal("compaction", item.RootElement.GetProperty("type").GetString());
        JsonElement[] changes = [.. shown.Json.GetProperty("changes").EnumerateArray()];
        Assert.Contains(changes, change =>
            change.GetProperty("mark").GetString() == "came" && change.GetProperty("text").GetString() == shown.Json.GetProperty("summary").GetString());
    }

    [Fact]
    public async Task CompactionOfMessages_IsShownToItsEndpointAgain_WithWhatHoldsBehindIt()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(LongScript, budget: "{ turns: 9 }\ncompaction: { at: 55000, way: provider }", model: "claude/m");
        using OrchestratorProcess simulate = OrchestratorProcess.Start(["simulate", "--script", example.Script, "--json"]);
        await Eventually.IsTrueAsync(() => simulate.Output.Contains('\n', StringComparison.Ordinal), () => $"an address of:\n{simulate.Error}");
        await example.DeclareAsync(
            $"- {{ name: claude, dialect: messages, baseUrl: '{simulate.Json.GetProperty("baseUrl").GetString()}', models: [{{ id: m, window: 200000, capabilities: {{ compaction: true }} }}] }}\n");

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        using OrchestratorProcess shown = await example.VerbAsync("compactions", "show", run.Json.GetProperty("runId").GetString()!, "1", "--json");

        Assert.Equal(4, run.Json.GetProperty("turns").GetInt32());
        using JsonDocument item = JsonDocument.Parse(shown.Json.GetProperty("summary").GetString()!);
        Assert.Equal(("compaction", "I counted."), (item.RootElement.GetProperty("type").GetString(), item.RootElement.GetProperty("content").GetString()));
        JsonElement[] changes = [.. shown.Json.GetProperty("changes").EnumerateArray().Where(change => change.GetProperty("mark").GetString() != "went")];
        string[] texts = [.. changes.Select(change => change.GetProperty("text").GetString()!)];
        int summary = Array.IndexOf(texts, shown.Json.GetProperty("summary").GetString());
        int pinned = Array.IndexOf(texts, shown.Json.GetProperty("pinned").GetString());
        Assert.InRange(summary, 0, pinned - 2);
    }

    [Fact]
    public async Task NoSuchCompaction_IsSaid()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");
        string id = run.Json.GetProperty("runId").GetString()!;

        using OrchestratorProcess listed = await example.VerbAsync("compactions", id);
        using OrchestratorProcess shown = await example.VerbAsync("compactions", "show", id, "3", "--json");

        Assert.Equal("The conversation was never made shorter.", listed.LastLine);
        Assert.Equal((2, 2), (shown.ExitCode, shown.Json.GetProperty("error").GetProperty("exitCode").GetInt32()));
    }

    /// <summary>What a run's compaction may not lose, as it is kept.</summary>
    private static async Task<string> PinnedAsync(ExampleFolder example, string run)
    {
        using OrchestratorProcess shown = await example.VerbAsync("compactions", "show", run, "1", "--json");
        return shown.Json.GetProperty("pinned").GetString()!;
    }

    private static long InputTokens(OrchestratorProcess run) => run.Json.GetProperty("usage").GetProperty("inputTokens").GetInt64();

    private static Task<ExampleFolder> CreateAsync(string checkpoints = "{ final: auto }", string compaction = "{ at: 4000 }", params string[] constraints) => ExampleFolder.CreateAsync(
        SmallTask.Text(checkpoints) + $"\ncompaction: {compaction}\nconstraints: {JsonSerializer.Serialize(constraints)}\n", Script, ("README.md", "A result is wanted.\n"), (".gitignore", "build/\n"));
}
