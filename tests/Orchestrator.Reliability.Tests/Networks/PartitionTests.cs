using System.Collections.Concurrent;
using System.Diagnostics;
using Orchestrator.Reliability.Tests.Invariants;
using Orchestrator.Reliability.Tests.Processes;
using Orchestrator.Reliability.Tests.Workloads;
using Orchestrator.Testing;
using Orchestrator.Testing.Processes;
using Xunit.Abstractions;

namespace Orchestrator.Reliability.Tests.Networks;

/// <summary>R10: one of three workers is cut off, or stands still, while the others go on.</summary>
public sealed class PartitionTests(ITestOutputHelper output)
{
    private const int Workers = 3;
    private const int AtOnce = 4;
    private const int StepMs = 300;
    private const int MostUnderWay = 6;

    // By then every worker has done something.
    private const int Warm = 18;

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(1);

    // A lease after the line is found to be dead, which takes up to three times the silence; times decide no test, but at ten times
    // that it is a hang.
    private static readonly TimeSpan LongestTakeover = 10 * (Lease + (3 * Lease));

    private enum Partition
    {
        BothWays,
        ToHub,
        ToWorker,
        Stopped,
    }

    [Fact]
    public async Task WorkerIsCutOff_OthersTakeItsWorkOverAndNothingCountsTwice()
    {
        int rounds = Rounds.Of(gate: 12, deep: 60);
        int firstSeed = Environment.TickCount & 0xffffff;
        var reports = new ConcurrentQueue<string>();
        var violations = new ConcurrentQueue<string>();
        var takeovers = new ConcurrentQueue<TimeSpan>();

        await Parallel.ForEachAsync(
            Enumerable.Range(firstSeed, rounds),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (seed, _) =>
            {
                (string report, IReadOnlyList<TimeSpan> takenOver, IReadOnlyList<string> wrong) = await RunAsync(seed);
                reports.Enqueue($"seed {seed}: {report}");
                foreach (TimeSpan takeover in takenOver)
                {
                    takeovers.Enqueue(takeover);
                }

                foreach (string violation in wrong)
                {
                    violations.Enqueue($"seed {seed}: {violation}");
                }
            });

        foreach (string report in reports)
        {
            output.WriteLine(report);
        }

        output.WriteLine(
            $"{takeovers.Count} taken over, seconds after the cut: {string.Join(' ', takeovers.Order().Select(takeover => $"{takeover.TotalSeconds:F1}"))}");
        Assert.True(violations.IsEmpty, string.Join('\n', violations));
        Assert.True(!takeovers.IsEmpty, "Nothing was under way on those that were cut off.");
        Assert.All(takeovers, takeover => Assert.InRange(takeover, TimeSpan.Zero, LongestTakeover));
    }

    private static async Task<(string Report, IReadOnlyList<TimeSpan> Takeovers, IReadOnlyList<string> Violations)> RunAsync(int seed)
    {
#pragma warning disable CA5394 // A test's dice.
        var dice = new Random(seed);
        var length = TimeSpan.FromMilliseconds(dice.Next(1000, 4001));
#pragma warning restore CA5394
        var partition = (Partition)(seed % 4);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("partition-");
        try
        {
            var settings = new HubSettings(Path.Combine(folder.FullName, "hub.db"), Ports.Free()) { Lease = Lease, PeerSilence = Lease };
            using var client = new HubClient(settings.Address);
            var tally = new Tally(client);
            int during;
            DateTimeOffset cutAt;
            await using (await settings.StartAsync())
            {
                var lines = new List<FaultyLine>();
                var workers = new List<ChildProcess>();
                DirectoryInfo[] traces = [.. Enumerable.Range(0, Workers).Select(worker => folder.CreateSubdirectory($"worker-{worker}"))];
                for (int worker = 0; worker < Workers; worker++)
                {
                    int port = Ports.Free();
                    lines.Add(new FaultyLine(port, settings.Port));
                    workers.Add(ChildProcess.Start(
                        Respawned.Executable,
                        new WorkerSettings($"http://127.0.0.1:{port}", traces[worker].FullName) { LongestSilence = 3 * Lease }.Arguments()));
                }

                foreach (ChildProcess worker in workers)
                {
                    await worker.HearAsync(CancellationToken.None);
                }

                using var stop = new CancellationTokenSource();
                Task work = tally.WorkAsync(StepMs, MostUnderWay, stop.Token);
                await tally.UntilAsync(Warm);

                // In step as they started, they would all be between two steps when the last of those is done.
                await UntilItBeginsAsync(traces[0], client.Patience);
                int before = tally.Done;
                cutAt = TimeProvider.System.GetUtcNow();
                await CutAsync(partition, lines[0], workers[0]);
                await Task.Delay(length, TimeProvider.System);
                await tally.UntilAsync(before + 1);
                during = tally.Done - before;
                await HealAsync(partition, lines[0], workers[0]);

                await Task.Delay(2 * Lease, TimeProvider.System);
                await stop.CancelAsync();
                await work;
                foreach (ChildProcess worker in workers)
                {
                    await worker.KillAsync();
                    await worker.DisposeAsync();
                }

                foreach (FaultyLine line in lines)
                {
                    await line.DisposeAsync();
                }
            }

            IReadOnlyDictionary<(string InstanceId, int Step), IReadOnlyList<DateTimeOffset>> effects = EffectLog.ReadTimes(folder.FullName);
            int twice = effects.Count(effect => effect.Value.Count > 1);

            // What was under way at the cut, and again afterwards with somebody else.
            TimeSpan[] takeovers =
                [.. effects.Values.Where(times => times.Count > 1 && times[0] <= cutAt && times[1] > cutAt).Select(times => times[1] - cutAt)];
            return (
                $"{partition} for {length.TotalSeconds:F1} s: {during} done meanwhile, {tally.Done} in all, {twice} taken over, "
                    + $"slowest {tally.Slowest.TotalSeconds:F1} s",
                takeovers,
                [
                    .. await HubInvariants.ViolationsAsync(settings.Database, client),
                    .. tally.Wrong,
                    .. during > 0 ? [] : (string[])["the others did nothing meanwhile"],
                    .. effects.Where(effect => effect.Value.Count > 2).Select(effect => $"{effect.Key} was executed {effect.Value.Count} times"),
                    .. twice <= MostUnderWay ? [] : (string[])[$"{twice} were executed twice, and {MostUnderWay} were under way"],
                ]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Waits until the worker that leaves its traces there begins a step; not for ever.</summary>
    private static async Task UntilItBeginsAsync(DirectoryInfo traces, TimeSpan patience)
    {
        long startedAt = TimeProvider.System.GetTimestamp();
        long before = Written();
        while (Written() == before && TimeProvider.System.GetElapsedTime(startedAt) < patience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }

        long Written() => traces.EnumerateFiles().Sum(file => file.Length);
    }

    private static async Task CutAsync(Partition partition, FaultyLine line, ChildProcess worker)
    {
        line.IsClosed = partition != Partition.Stopped;
        line.Swallow(partition is Partition.BothWays or Partition.ToHub, partition is Partition.BothWays or Partition.ToWorker);
        if (partition == Partition.Stopped)
        {
            await SignalAsync("STOP", worker);
        }
    }

    private static async Task HealAsync(Partition partition, FaultyLine line, ChildProcess worker)
    {
        line.IsClosed = false;
        if (partition == Partition.Stopped)
        {
            await SignalAsync("CONT", worker);
        }
    }

    private static async Task SignalAsync(string signal, ChildProcess worker)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{worker.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Starts one small orchestration after the other, a few at once, and notes how long each takes.</summary>
    private sealed class Tally(HubClient client)
    {
        private readonly ConcurrentBag<TimeSpan> _spans = [];

        public ConcurrentQueue<string> Wrong { get; } = [];

        public int Done => _spans.Count;

        public TimeSpan Slowest => _spans.Max();

        /// <summary>Waits until so many are done; not for ever.</summary>
        public async Task UntilAsync(int done)
        {
            long startedAt = TimeProvider.System.GetTimestamp();
            while (Done < done && TimeProvider.System.GetElapsedTime(startedAt) < client.Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            }
        }

        public Task WorkAsync(int stepMs, int atOnce, CancellationToken stopping) => Task.WhenAll(Enumerable.Range(0, atOnce).Select(async lane =>
        {
            for (int number = 0; !stopping.IsCancellationRequested; number++)
            {
                string id = $"slow-{lane}-{number}";
                long startedAt = TimeProvider.System.GetTimestamp();
                await client.StartAsync(id, TestTasks.Slow, $"{stepMs}");
                Protocol.OrchestrationState end = await client.EndAsync(id);
                _spans.Add(TimeProvider.System.GetElapsedTime(startedAt));
                if (end.OrchestrationStatus != Protocol.OrchestrationStatus.Completed)
                {
                    Wrong.Enqueue($"{id} is {end.OrchestrationStatus}: {end.FailureDetails}");
                }
            }
        }));
    }
}
