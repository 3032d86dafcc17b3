using System.Collections.Concurrent;
using Orchestrator.Reliability.Tests.Invariants;
using Orchestrator.Reliability.Tests.Processes;
using Orchestrator.Reliability.Tests.Workloads;
using Orchestrator.Testing;
using Xunit.Abstractions;

namespace Orchestrator.Reliability.Tests.Networks;

/// <summary>R11: the hub restarts; half of its workers' connections never hear of it.</summary>
public sealed class RestartTests(ITestOutputHelper output)
{
    private const int AtOnce = 4;

    // The goals are 5 s after a restart, and the silence of 3 s besides where nobody hears of it; a test fails at a hang only.
    private const double HangSeconds = 50;

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task HubRestarts_WorkerIsBackAndWorkGoesOn()
    {
        int rounds = Rounds.Of(gate: 8, deep: 30);
        var seconds = new ConcurrentBag<(bool IsHalfOpen, double Seconds)>();
        var violations = new ConcurrentQueue<string>();

        await Parallel.ForEachAsync(Enumerable.Range(0, rounds), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (round, _) =>
        {
            bool isHalfOpen = round % 2 == 1;
            (double took, IReadOnlyList<string> wrong) = await RunAsync(isHalfOpen);
            seconds.Add((isHalfOpen, took));
            foreach (string violation in wrong)
            {
                violations.Enqueue($"round {round}: {violation}");
            }
        });

        foreach (IGrouping<bool, double> kind in seconds.GroupBy(one => one.IsHalfOpen, one => one.Seconds))
        {
            output.WriteLine(
                $"{(kind.Key ? "half-open" : "closed")}: first dispatch after the restart, seconds: {string.Join(' ', kind.Order().Select(one => $"{one:F2}"))}");
        }

        Assert.True(violations.IsEmpty, string.Join('\n', violations));
        Assert.All(seconds, one => Assert.InRange(one.Seconds, 0, HangSeconds));
    }

    private static async Task<(double Seconds, IReadOnlyList<string> Violations)> RunAsync(bool isHalfOpen)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("restart-");
        try
        {
            var settings = new HubSettings(Path.Combine(folder.FullName, "hub.db"), Ports.Free());
            using var client = new HubClient(settings.Address);
            int linePort = Ports.Free();
            TimeSpan took;
            await using (var hub = new Respawned(settings.Arguments()))
            {
                await using var line = new FaultyLine(linePort, settings.Port);
                await using IAsyncDisposable worker =
                    await new WorkerSettings($"http://127.0.0.1:{linePort}", folder.FullName) { LongestSilence = Silence }.StartAsync();
                await client.StartAsync("before", TestTasks.Chain, "2");
                await client.EndAsync("before");
                line.Swallow(toHub: isHalfOpen, toWorker: isHalfOpen);
                await hub.KillAsync();

                // Acknowledged means that the hub is back.
                await client.StartAsync("after", TestTasks.Chain, "1");
                long backAt = TimeProvider.System.GetTimestamp();
                await client.EndAsync("after");
                took = TimeProvider.System.GetElapsedTime(backAt);
            }

            return (took.TotalSeconds, await HubInvariants.ViolationsAsync(settings.Database, client));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
