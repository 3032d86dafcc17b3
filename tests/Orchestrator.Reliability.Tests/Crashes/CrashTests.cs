using System.Collections.Concurrent;
using Orchestrator.Reliability.Tests.Invariants;
using Orchestrator.Reliability.Tests.Processes;
using Orchestrator.Reliability.Tests.Workloads;
using Orchestrator.Testing;
using Orchestrator.Testing.Secrets;
using Xunit.Abstractions;

namespace Orchestrator.Reliability.Tests.Crashes;

/// <summary>R1: hub and worker are killed at random moments while orchestrations of every kind are under way.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int AtOnce = 3;
    private const int Copies = 2;
    private const int MostKills = 4;
    private const int LongestPauseMs = 400;

    [Fact]
    public async Task HubAndWorkerAreKilledAtRandom_EverythingEndsRight()
    {
        int rounds = Rounds.Of(gate: 60, deep: 300);
        int firstSeed = Environment.TickCount & 0xffffff;
        var violations = new ConcurrentQueue<string>();
        int kills = 0;
        long startedAt = TimeProvider.System.GetTimestamp();

        await Parallel.ForEachAsync(
            Enumerable.Range(firstSeed, rounds),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (seed, _) =>
            {
                try
                {
                    (int done, IReadOnlyList<string> wrong) = await RunAsync(seed);
                    Interlocked.Add(ref kills, done);
                    foreach (string violation in wrong)
                    {
                        violations.Enqueue($"seed {seed}: {violation}");
                    }
                }
                catch (Exception exception)
                {
                    violations.Enqueue($"seed {seed}: {exception}");
                }
            });

        output.WriteLine(
            $"seeds {firstSeed} to {firstSeed + rounds - 1}: {kills} kills in {TimeProvider.System.GetElapsedTime(startedAt)}");
        Assert.True(violations.IsEmpty, string.Join('\n', violations));
        Assert.True(kills >= rounds, $"only {kills} kills in {rounds} rounds");
    }

    /// <summary>One round: some kills of either, then everything must end. The seed decides who is killed and when, not what they do.</summary>
    internal static async Task<(int Kills, IReadOnlyList<string> Violations)> RunAsync(int seed)
    {
#pragma warning disable CA5394 // A test's dice.
        var dice = new Random(seed);
        using var folder = new SweptFolder("crash-");
        var settings = new HubSettings(Path.Combine(folder.Path, "hub.db"), Ports.Free());
        using var client = new HubClient(settings.Address);
        var workload = new Workload(client, folder.Path);
        int kills;
        await using (var hub = new Respawned(settings.Arguments()))
        {
            await using var worker = new Respawned(new WorkerSettings(settings.Address, folder.Path).Arguments());
            await workload.PrepareAsync(Copies);
            Task work = Task.WhenAll(workload.RunAsync(Copies), workload.FinishAsync(Copies));
            int wanted = dice.Next(1, MostKills + 1);
            for (int kill = 0; kill < wanted; kill++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(dice.Next(LongestPauseMs)), TimeProvider.System);
                await (dice.Next(3) switch
                {
                    0 => hub.KillAsync(),
                    1 => worker.KillAsync(),
                    _ => Task.WhenAll(hub.KillAsync(), worker.KillAsync()),
                });
            }

            await work;
            kills = hub.Deaths + worker.Deaths;
        }

        return (kills, [.. workload.WrongResults, .. await HubInvariants.ViolationsAsync(settings.Database, client)]);
#pragma warning restore CA5394
    }
}
