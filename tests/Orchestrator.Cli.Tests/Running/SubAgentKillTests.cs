using System.Text.Json;
using Xunit.Abstractions;

namespace Orchestrator.Cli.Tests.Running;

/// <summary>The process is killed again and again while sub-agents work; the run must end as if nothing had happened.</summary>
public sealed class SubAgentKillTests(ITestOutputHelper output)
{
    private const int Kills = 12;

    private const string Script = """
        turns:
          - text: I divide the work.
            calls:
              - tool: delegate
                arguments:
                  tasks:
                    - { name: first, objective: Write the first part., allowedPaths: ["*.txt"] }
                    - { name: second, objective: Write the second part., allowedPaths: ["*.txt"], success: [{ name: there, run: test -f second.txt }] }
                    - { name: third, objective: Write the third part., allowedPaths: ["*.txt"] }
          - text: I put it together.
            calls: [{ tool: bash, arguments: { command: "mkdir -p build && cat first.txt second.txt third.txt > build/parts.txt && echo done > result.txt && rm first.txt second.txt third.txt" } }]
          - text: It is done.
        agents:
          - objective: Write the first part
            turns:
              - calls: [{ tool: bash, arguments: { command: "echo a >> first.txt; sleep 1" } }]
              - calls: [{ tool: bash, arguments: { command: "echo b >> first.txt; sleep 1" } }]
              - text: The first part is written.
          - objective: Write the second part
            turns:
              - calls: [{ tool: bash, arguments: { command: "echo c >> second.txt" } }]
              - text: The second part is written.
          - objective: Write the third part
            turns:
              - calls: [{ tool: bash, arguments: { command: "echo d >> third.txt; sleep 2" } }]
              - calls: [{ tool: bash, arguments: { command: "echo e >> third.txt" } }]
              - text: The third part is written.
        """;

    [Fact]
    public async Task KilledWhileSubAgentsWork_EachCommandRanOnceAndAllIsMerged()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        int kills = 0;
        int runs = 0;
        while (kills < Kills)
        {
            using ExampleFolder example = await SmallTask.CreateAsync(Script);
            (int killed, string patch, JsonElement shown) = await RunWithKillsAsync(example, random, Kills - kills);
            kills += killed;
            runs++;

            JsonElement[] agents = [.. shown.GetProperty("subAgents").EnumerateArray()];
            Assert.Equal(["accepted", "accepted", "accepted"], agents.Select(agent => agent.GetProperty("status").GetString()));
            Assert.Equal([3, 2, 3], agents.Select(agent => agent.GetProperty("turns").GetInt32()));
            Assert.Equal(["+done"], patch.Split('\n').Where(line => line.StartsWith('+') && !line.StartsWith("+++", StringComparison.Ordinal)));
            string tree = Path.Combine(example.Data, "workspaces", shown.GetProperty("run").GetProperty("runId").GetString()!, "tree");
            Assert.Equal("a\nb\nc\nd\ne\n", await File.ReadAllTextAsync(Path.Combine(tree, "build", "parts.txt")));
        }

        output.WriteLine($"{kills} kills in {runs} runs");
    }

    private static async Task<(int Kills, string Patch, JsonElement Shown)> RunWithKillsAsync(ExampleFolder example, Random random, int most)
    {
        string? run = null;
        int kills = 0;
        while (true)
        {
            using OrchestratorProcess process = example.Start(run is null ? ["run", example.Task, "--json"] : ["resume", run, "--json"]);
            bool ended = kills < most
                ? await process.EndsWithinAsync(TimeSpan.FromMilliseconds(random.Next(600, 3_000)))
                : await process.WaitAsync() >= 0;
            if (!ended)
            {
                process.Kill();
                await process.WaitAsync();
                kills++;
            }

            using OrchestratorProcess listed = await example.VerbAsync("list", "--json");
            run ??= listed.Json.GetProperty("runs").EnumerateArray().Select(listed => listed.GetProperty("runId").GetString()).SingleOrDefault();
            if (ended)
            {
                Assert.True(process.Json.GetProperty("status").GetString() == "accepted", process.LastLine + "\n" + process.Error);
                using OrchestratorProcess shown = await example.VerbAsync("show", run!, "--json");
                return (kills, await File.ReadAllTextAsync(process.Json.GetProperty("patch").GetString()!), shown.Json.Clone());
            }
        }
    }
}
