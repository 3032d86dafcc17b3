namespace Orchestrator.Cli.Tests;

/// <summary>Tasks that take seconds: one command writes the result that the success criterion looks for.</summary>
internal static class SmallTask
{
    /// <summary>Two turns: a command that counts its executions and writes the result, and the submission.</summary>
    public const string Script = """
        - text: I write it.
          calls: [{ tool: bash, arguments: { command: "mkdir -p build && echo once >> build/calls.log && echo done > result.txt" } }]
        - text: It is done.
        """;

    /// <summary>The same, but its command works for a few seconds between the count and the result.</summary>
    public const string SlowScript = """
        - text: I write it.
          calls: [{ tool: bash, arguments: { command: "mkdir -p build && echo once >> build/calls.log && sleep 4 && echo done > result.txt" } }]
        - text: It is done.
        """;

    /// <summary>The same, but its command works until it is let go, a minute at most.</summary>
    public const string HeldScript = """
        - text: I write it.
          calls: [{ tool: bash, arguments: { command: "mkdir -p build && echo once >> build/calls.log && for i in $(seq 600); do test -e build/go && break; sleep 0.1; done; echo done > result.txt" } }]
        - text: It is done.
        """;

    public static Task<ExampleFolder> CreateAsync(
        string script = Script, string checkpoints = "{ final: auto }", string budget = "{ usd: 5 }", string model = "\"scripted:script.yaml\"") =>
        ExampleFolder.CreateAsync(Text(checkpoints, budget, model), script, ("README.md", "A result is wanted.\n"), (".gitignore", "build/\n"));

    public static string Text(
        string checkpoints = "{ final: auto }", string budget = "{ usd: 5 }", string model = "\"scripted:script.yaml\"") => $$"""
        name: small
        objective: |
          Write the word done into result.txt, so that `grep -q done result.txt` ends with 0.
        project: { language: Shell }
        context: [README.md]
        allowedPaths: ["result.txt"]
        workspace: { source: ./project }
        success:
          - { name: result, run: "grep -q done result.txt" }
        checkpoints: {{checkpoints}}
        budget: {{budget}}
        model: { route: {{model}} }
        """;

    /// <summary>Runs a verb on the folder's data to its end.</summary>
    public static Task<OrchestratorProcess> VerbAsync(this ExampleFolder example, params string[] arguments) =>
        OrchestratorProcess.RunAsync([.. arguments, "--data", example.Data]);

    /// <summary>Writes the folder's <c>providers.yaml</c>.</summary>
    public static Task DeclareAsync(this ExampleFolder example, string providers)
    {
        Directory.CreateDirectory(example.Data);
        return File.WriteAllTextAsync(Path.Combine(example.Data, "providers.yaml"), providers);
    }

    /// <summary>Starts a verb on the folder's data.</summary>
    public static OrchestratorProcess Start(this ExampleFolder example, params string[] arguments) =>
        OrchestratorProcess.Start([.. arguments, "--data", example.Data]);

    /// <summary>Runs the task until it waits for a person.</summary>
    /// <returns>The run's id and what it asks.</returns>
    public static async Task<(string Run, string Approval)> RunToCheckpointAsync(this ExampleFolder example)
    {
        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json", "--no-wait");
        Assert.True(run.ExitCode == 3, run.Output + run.Error);
        Assert.Equal("waiting", run.Json.GetProperty("status").GetString());
        return (run.Json.GetProperty("runId").GetString()!, await run.AskedAsync());
    }

    /// <summary>Waits until the process that follows a run tells what is asked.</summary>
    /// <param name="following">The process.</param>
    /// <param name="question">Its first question, its second, ...</param>
    /// <returns>The approval's id.</returns>
    public static async Task<string> AskedAsync(this OrchestratorProcess following, int question = 1)
    {
        const string hint = "orchestrator approve ";
        await Eventually.IsTrueAsync(
            () => following.Error.Split(hint).Length > question, () => $"question {question} in:\n{following.Error}");
        return following.Error.Split(hint)[question].Split([' ', '\n'])[0];
    }

    /// <summary>Waits until a hub says where it listens.</summary>
    public static async Task<string> HubAddressAsync(this OrchestratorProcess hub)
    {
        const string told = "hub listening on ";
        await hub.SaysAsync(told);
        return hub.Error.Split('\n').First(line => line.StartsWith(told, StringComparison.Ordinal))[told.Length..];
    }

    public static string Status(this OrchestratorProcess process) => process.Json.GetProperty("status").GetString()!;

    /// <summary>Lets the commands of <see cref="HeldScript"/> go on to their end.</summary>
    public static void LetGo(this ExampleFolder example)
    {
        foreach (string folder in Directory.GetDirectories(Path.Combine(example.Data, "workspaces")).Select(workspace => Path.Combine(workspace, "tree", "build")).Where(Directory.Exists))
        {
            File.WriteAllText(Path.Combine(folder, "go"), string.Empty);
        }
    }

    /// <summary>Waits until the run's command has begun its work.</summary>
    public static Task CommandRunsAsync(this ExampleFolder example, string run) =>
        Eventually.IsTrueAsync(() => example.ExecutedCalls(run).Length > 0, () => "sign of the command");
}
