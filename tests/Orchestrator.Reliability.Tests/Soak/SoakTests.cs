using Orchestrator.Reliability.Tests.Invariants;
using Orchestrator.Reliability.Tests.Processes;
using Orchestrator.Reliability.Tests.Workloads;
using Orchestrator.Testing;
using Orchestrator.Testing.Processes;
using Xunit.Abstractions;

namespace Orchestrator.Reliability.Tests.Soak;

/// <summary>R20: work goes on for a while, and a worker is killed now and then: the hub neither grows nor leaks.</summary>
public sealed class SoakTests(ITestOutputHelper output)
{
    private const long MostLogBytes = 64 * 1024 * 1024;
    private const double MostMegabytes = 400;

    // Megabytes a minute. The goal over an hour is one; over a minute or two, beside other tests, a heap that settles weighs more.
    private static readonly double MostGrowth = Rounds.Of(gate: 40, deep: 10);

    // Pooled connections to clients and databases come and go.
    private const int FewDescriptors = 20;

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(Rounds.Of(gate: 120, deep: 300));
    private static readonly TimeSpan BetweenFaults = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task WorkersAreKilledNowAndThen_HubNeitherGrowsNorLeaks()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("soak-");
        try
        {
            var settings = new HubSettings(Path.Combine(folder.FullName, "hub.db"), Ports.Free());
            using var client = new HubClient(settings.Address);
            var samples = new List<(double Minutes, double Megabytes)>();
            long largestLog = 0;
            int done = 0;
            int firstDescriptors;
            int lastDescriptors;
            await using (ChildProcess hub = ChildProcess.Start(Respawned.Executable, settings.Arguments()))
            {
                await hub.HearAsync(CancellationToken.None);
                await using var worker = new Respawned(new WorkerSettings(settings.Address, folder.FullName).Arguments());
                await RunOnceAsync(client, "warm");
                firstDescriptors = ProcessHoldings.Of(hub.Id)!.Descriptors;
                long startedAt = TimeProvider.System.GetTimestamp();
                long faultAt = startedAt;
                while (TimeProvider.System.GetElapsedTime(startedAt) < Length)
                {
                    await RunOnceAsync(client, $"soak-{done++}");
                    if (TimeProvider.System.GetElapsedTime(faultAt) > BetweenFaults)
                    {
                        faultAt = TimeProvider.System.GetTimestamp();
                        await worker.KillAsync();
                    }

                    await hub.AskAsync("", CancellationToken.None);
                    samples.Add((TimeProvider.System.GetElapsedTime(startedAt).TotalMinutes, ProcessHoldings.Of(hub.Id)!.Megabytes));
                    largestLog = Math.Max(largestLog, new FileInfo(settings.Database + "-wal").Length);
                }

                await RunOnceAsync(client, "last");
                lastDescriptors = ProcessHoldings.Of(hub.Id)!.Descriptors;
                Assert.True(worker.Deaths > 0, "nothing was killed");
            }

            // The first half warms up.
            double slope = ProcessHoldings.SlopeOf([.. samples.Skip(samples.Count / 2)]);
            output.WriteLine(
                $"{done} workloads in {Length.TotalSeconds} s; resident {samples[0].Megabytes:F0} to {samples[^1].Megabytes:F0} MB, {slope:F1} MB a minute "
                + $"in the second half; {firstDescriptors} to {lastDescriptors} descriptors; log at most {largestLog / 1024} KB");
            Assert.Empty(await HubInvariants.ViolationsAsync(settings.Database, client));
            Assert.True(done >= Length.TotalSeconds / 30, "Too little was done.");
            Assert.True(slope <= MostGrowth, $"The hub grows by {slope:F1} MB a minute.");
            Assert.InRange(largestLog, 1, MostLogBytes);
            Assert.InRange(lastDescriptors, 1, firstDescriptors + FewDescriptors);
            Assert.All(samples, sample => Assert.InRange(sample.Megabytes, 1, MostMegabytes));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // What has ended is forgotten: the database stays as small as what is under way.
    private static async Task RunOnceAsync(HubClient client, string prefix)
    {
        (string Name, string Input)[] kinds = [(TestTasks.Chain, "3"), (TestTasks.FanOut, "4"), (TestTasks.Clock, "2"), (TestTasks.Parent, "2")];
        await Task.WhenAll(kinds.Select(async kind =>
        {
            string id = $"{prefix}-{kind.Name}";
            await client.StartAsync(id, kind.Name, kind.Input);
            Assert.Equal(Protocol.OrchestrationStatus.Completed, (await client.EndAsync(id)).OrchestrationStatus);
            await client.PurgeAsync(id);
        }));
    }
}
