using Orchestrator.Testing;

namespace Orchestrator.Cli.Tests.Running;

/// <summary>A command that takes far longer than the process that follows it lives.</summary>
public sealed class LongCommandTests
{
    private const int Kills = 3;

    /// <summary>Twenty minutes, in the long rounds.</summary>
    private static readonly int Seconds = Rounds.Of(gate: 8, deep: 1200);

    private static readonly string Script = $$"""
        - text: I count.
          calls:
            - tool: bash
              arguments:
                timeout_seconds: 3000
                command: "mkdir -p build && echo once >> build/calls.log; for i in $(seq {{Seconds}}); do echo tick $i; echo $i >> build/ticks; sleep 1; done; echo done > result.txt"
        - text: It is done.
          expect: "{{string.Join("\\\\n", Enumerable.Range(1, Seconds).Select(second => $"tick {second}"))}}\\n$"
        """;

    [Fact]
    public async Task The_process_is_killed_three_times_and_its_output_comes_once()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(Script);
        OrchestratorProcess process = example.Start("run", example.Task, "--json");
        try
        {
            string run = await process.RunIdAsync();
            string ticks = Path.Combine(example.Data, "workspaces", run, "tree", "build", "ticks");
            for (int kill = 1; kill <= Kills; kill++)
            {
                int due = Seconds * kill / (Kills + 1);
                Assert.False(await TicksOrEndAsync(process, ticks, due), $"It ended before tick {due}:\n{process.Error}");
                process.Kill();
                await process.WaitAsync();
                process.Dispose();
                process = example.Start("resume", run, "--json");
            }

            Assert.True(await process.EndsWithinAsync(TimeSpan.FromSeconds(Seconds + 120)), process.Error);
            Assert.True(process.ExitCode == 0, process.Error + process.Output);
            Assert.Equal(1, process.Json.GetProperty("toolCalls").GetInt32());
            Assert.Equal(["once"], example.ExecutedCalls(run));
        }
        finally
        {
            process.Dispose();
        }
    }

    /// <returns>Whether the process ended first.</returns>
    private static async Task<bool> TicksOrEndAsync(OrchestratorProcess process, string ticks, int due)
    {
        while (!File.Exists(ticks) || File.ReadLines(ticks).Count() < due)
        {
            if (await process.EndsWithinAsync(TimeSpan.FromMilliseconds(100)))
            {
                return true;
            }
        }

        return false;
    }
}
