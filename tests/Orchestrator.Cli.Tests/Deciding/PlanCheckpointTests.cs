using System.Text.Json;

namespace Orchestrator.Cli.Tests.Deciding;

/// <summary>People answer a plan from other processes, before anything is changed.</summary>
public sealed class PlanCheckpointTests
{
    private const string Script = """
        - text: I begin.
          calls: [{ tool: bash, arguments: { command: "mkdir -p build && echo early >> build/calls.log" } }]
        - expect: plan_not_approved
          text: |
            1. Rewrite everything.
        - expect: "asks for changes\\. What they say:\\n\\nOnly result\\.txt\\."
          text: |
            1. Write result.txt.
            2. Say so.
        - expect: "What stands here holds.*This is the plan:\\n\\n1\\. Write result\\.txt, and nothing else\\."
          text: I write it.
          calls: [{ tool: bash, arguments: { command: "mkdir -p build && echo once >> build/calls.log && echo done > result.txt" } }]
        - text: It is done.
        """;

    [Fact]
    public async Task SentBackThenEdited_ModelGoesByWhatThePersonWrote()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(Script, "{ plan: ask, final: auto }");
        using OrchestratorProcess run = example.Start("run", example.Task, "--json");
        string first = await run.AskedAsync();
        string better = Path.Combine(example.Data, "plan.txt");
        await File.WriteAllTextAsync(better, "1. Write result.txt, and nothing else.\n");

        using OrchestratorProcess asked = await example.VerbAsync("ask", first, "--text", "What for?");
        using OrchestratorProcess listed = await example.VerbAsync("approvals", "--json");
        using OrchestratorProcess sentBack = await example.VerbAsync("changes", first, "--reason", "Only result.txt.");
        string second = await run.AskedAsync(question: 2);
        using OrchestratorProcess shown = await example.VerbAsync("approvals");
        using OrchestratorProcess edited = await example.VerbAsync("edit", second, "--file", better, "--reason", "less", "--json");

        JsonElement open = Assert.Single(listed.Json.GetProperty("approvals").EnumerateArray());
        Assert.Equal(("plan", "1. Rewrite everything.\n"), (open.GetProperty("kind").GetString(), open.GetProperty("subject").GetString()));
        Assert.All((OrchestratorProcess[])[asked, sentBack, edited], verb => Assert.Equal(0, verb.ExitCode));
        Assert.Contains("    1. Write result.txt.\n    2. Say so.\n", shown.Output, StringComparison.Ordinal);
        Assert.Equal("edited", edited.Json.GetProperty("state").GetString());
        Assert.True(await run.WaitAsync() == 0, run.Error);
        Assert.Equal(["once"], example.ExecutedCalls(run.Json.GetProperty("runId").GetString()!));
        Assert.Contains("    1. Write result.txt, and nothing else.\n", await File.ReadAllTextAsync(run.Json.GetProperty("report").GetString()!), StringComparison.Ordinal);
    }
}
