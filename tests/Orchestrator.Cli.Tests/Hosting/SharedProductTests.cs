using Orchestrator.Testing;
using Xunit.Abstractions;

namespace Orchestrator.Cli.Tests.Hosting;

/// <summary>What holds of runs on several machines: whichever process is killed, each run is done once and to its end.</summary>
public sealed class SharedProductTests(ITestOutputHelper output)
{
    private const int RunsForEachKill = 2;

    /// <summary>More output than the database takes of a command, and two counts of it.</summary>
    private const string Script = """
        - text: I begin.
          calls: [{ tool: bash, arguments: { command: "mkdir -p build && echo one >> build/calls.log && seq 30000 && sleep 1" } }]
        - text: I write it.
          calls: [{ tool: bash, arguments: { command: "echo two >> build/calls.log && sleep 1 && echo done > result.txt" } }]
        - text: It is done.
        """;

    private static readonly int Kills = Rounds.Of(gate: 10, deep: 60);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(Rounds.Of(gate: 6, deep: 40));

    [Fact]
    public async Task HubsWorkersAndServerKilledInTurn_EveryRunIsAcceptedAndEveryCommandRanOnce()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(Script, checkpoints: "{ final: ask }");
        await using SharedProduct product = await SharedProduct.StartAsync(example);
        ProductParts parts = product.Parts;
        List<string> runs = [];
        int killedAtWork = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            for (int run = 0; run < RunsForEachKill; run++)
            {
                runs.Add(await parts.SubmitAsync($"run-{runs.Count}"));
            }

            killedAtWork += (await parts.StatesAsync()).Values.Any(state => state != "accepted") ? 1 : 0;
            string part = parts.Names[kill % parts.Names.Count];
            output.WriteLine($"kill {kill}: {part}");
            await parts.KillAsync(part);
            await parts.ApproveAsync();
        }

        await EndAsync(parts, runs.Count);

        IReadOnlyDictionary<string, string> states = await parts.StatesAsync();
        Assert.Equal(Kills, killedAtWork);
        Assert.Equal(runs.Order(StringComparer.Ordinal), states.Keys.Order(StringComparer.Ordinal));
        Assert.All(states, run => Assert.Equal("accepted", run.Value));
        Assert.All(runs, run => Assert.Equal(["one", "two"], example.ExecutedCalls(run)));
        Assert.Equal($"{runs.Count}", await product.QueryAsync("SELECT count(*) FROM runs.runs"));
        IReadOnlyList<string> blobs = await product.BlobsAsync();
        Assert.All(runs, run => Assert.Contains(blobs, blob => blob.Contains(run, StringComparison.Ordinal)));
        Assert.False(File.Exists(Path.Combine(example.Data, "run.db")));
        Assert.False(Directory.Exists(Path.Combine(example.Data, "payloads")));
        using OrchestratorProcess verified = await parts.VerbAsync("audit", "verify");
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Error);
    }

    /// <summary>Answers what is asked until no run asks or works any more.</summary>
    private static async Task EndAsync(ProductParts parts, int runs)
    {
        long begun = TimeProvider.System.GetTimestamp();
        IReadOnlyDictionary<string, string> states = await parts.StatesAsync();
        while (states.Count < runs || states.Values.Any(state => state is "running" or "waiting"))
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(begun) < Patience,
                $"{string.Join(", ", states.Where(run => run.Value != "accepted"))} after {Patience}:{parts.Said()}");
            await parts.ApproveAsync();
            await Task.Delay(BetweenLooks, TimeProvider.System);   // Other processes: there is no clock of theirs to move.
            states = await parts.StatesAsync();
        }
    }
}
