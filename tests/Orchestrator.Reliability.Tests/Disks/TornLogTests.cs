using Orchestrator.Protocol;
using Orchestrator.Reliability.Tests.Invariants;
using Orchestrator.TaskHub.Stores;
using Orchestrator.TaskHub.Stores.Sqlite;
using Orchestrator.Testing;
using Xunit.Abstractions;

namespace Orchestrator.Reliability.Tests.Disks;

/// <summary>
/// R3: what a power failure may leave of a hub's files. They are copied while a writer is at work, the log is cut off or garbled
/// behind what was synced, the shared memory is gone: the hub's store opens them, and has all that was acknowledged before.
/// </summary>
public sealed class TornLogTests(ITestOutputHelper output) : IDisposable
{
    private const int Writers = 4;
    private const int CasesACopy = 10;
    private const int CopiesALife = 5;
    private const int Sector = 512;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("torn-");

    private enum Damage
    {
        None,
        CutOff,
        Garbled,
    }

    public void Dispose() => _folder.Delete(recursive: true);

#pragma warning disable CA5394 // A test's dice.
    [Fact]
    public async Task LogIsTornBehindWhatWasSynced_EverythingAcknowledgedIsThere()
    {
        int cases = Rounds.Of(gate: 1000, deep: 5_000);
        int seed = Environment.TickCount & 0xffffff;
        var dice = new Random(seed);
        output.WriteLine($"seed {seed}");
        var violations = new List<string>();
        int made = 0;
        int rewound = 0;
        while (made < cases)
        {
            string live = Path.Combine(_folder.FullName, $"live-{made}.db");
            var acknowledged = new int[Writers];
            await using (SqliteHubStore store = await SqliteHubStore.OpenAsync(live, CancellationToken.None))
            {
                using var stop = new CancellationTokenSource();
                Task[] writers = [.. Enumerable.Range(0, Writers).Select(writer => WriteAsync(store, writer, acknowledged, stop.Token))];
                for (int copy = 0; copy < CopiesALife && made < cases; copy++)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(dice.Next(3, 25)), TimeProvider.System);

                    string copied = Path.Combine(_folder.FullName, "copied.db");
                    if (Copy(live, copied, acknowledged) is not { } before)
                    {
                        continue;
                    }

                    for (int one = 0; one < CasesACopy && made < cases; one++, made++)
                    {
                        Damage damage = (Damage)dice.Next(3);
                        string torn = Tear(copied, before.Synced, damage, dice);
                        IReadOnlyList<string> wrong = await CheckAsync(torn, before.Acknowledged);
                        violations.AddRange(wrong.Select(violation => $"case {made} ({damage}): {violation}"));
                        rewound += damage == Damage.None ? 0 : 1;
                    }
                }

                await stop.CancelAsync();
                await Task.WhenAll(writers);
            }
        }

        output.WriteLine($"{made} cases, {rewound} of them with a log cut off or garbled");
        Assert.True(violations.Count == 0, string.Join('\n', violations));
        Assert.True(rewound > cases / 3, "hardly anything was torn");
    }

    // In this order: what is acknowledged by then was synced to the log before the log is copied. A power failure happens at one
    // moment, and a copy does not: one is of no use if the log was written back into the database meanwhile.
    private static (int[] Acknowledged, long Synced)? Copy(string live, string copied, int[] acknowledged)
    {
        byte[] database = File.ReadAllBytes(live);
        int[] before = [.. acknowledged];
        long synced = new FileInfo(live + "-wal").Length;
        File.Copy(live + "-wal", copied + "-wal", overwrite: true);
        File.WriteAllBytes(copied, database);
        return File.ReadAllBytes(live).AsSpan().SequenceEqual(database) ? (before, synced) : null;
    }

    private string Tear(string copied, long synced, Damage damage, Random dice)
    {
        string torn = Path.Combine(_folder.FullName, "torn.db");
        File.Delete(torn + "-shm");
        File.Copy(copied, torn, overwrite: true);
        File.Copy(copied + "-wal", torn + "-wal", overwrite: true);
        using FileStream log = File.Open(torn + "-wal", FileMode.Open);
        if (damage == Damage.CutOff)
        {
            log.SetLength(Math.Min(log.Length, synced + dice.NextInt64(Math.Max(1, log.Length - synced + 1))));
        }
        else if (damage == Damage.Garbled)
        {
            // A sector that was being written when the power failed, whether it was there already or not.
            byte[] garbage = new byte[Sector];
            dice.NextBytes(garbage);
            log.Position = synced + dice.NextInt64(Math.Max(1, log.Length - synced + 1));
            log.Write(garbage);
        }

        return torn;
    }

    private static async Task WriteAsync(SqliteHubStore store, int writer, int[] acknowledged, CancellationToken stopping)
    {
        for (int number = 1; !stopping.IsCancellationRequested; number++)
        {
            string input = new('x', 100 + (number * 97 % 3000));
            var start = new StartRequest { InstanceId = $"{writer}-{number}", Name = "Torn", Input = input };
            await store.WriteAsync(
                tables =>
                {
                    new HubTransaction(tables, TimeProvider.System.GetUtcNow()).Start(start, []);
                    return true;
                },
                _ => { },
                CancellationToken.None);
            acknowledged[writer] = number;
        }
    }

    // A committed prefix: of each writer everything up to some number, none before what it was told of.
    private static async Task<IReadOnlyList<string>> CheckAsync(string torn, int[] acknowledged)
    {
        var violations = new List<string>();
        await using (SqliteHubStore store = await SqliteHubStore.OpenAsync(torn, CancellationToken.None))
        {
            IReadOnlyList<string> there = await store.ReadAsync(
                tables => tables.Instances.Matching(new InstanceFilter { Statuses = [OrchestrationStatus.Pending] }, 0, int.MaxValue)
                    .Select(instance => instance.InstanceId).ToList(),
                CancellationToken.None);
            for (int writer = 0; writer < Writers; writer++)
            {
                int[] numbers = [.. there.Where(id => id.StartsWith($"{writer}-", StringComparison.Ordinal)).Select(id => int.Parse(id.Split('-')[1])).Order()];
                if (!numbers.SequenceEqual(Enumerable.Range(1, numbers.Length)))
                {
                    violations.Add($"writer {writer}'s {numbers.Length} are no prefix");
                }

                if (numbers.Length < acknowledged[writer])
                {
                    violations.Add($"{acknowledged[writer]} of writer {writer} were acknowledged, and {numbers.Length} are there");
                }
            }

            // It must be of use as well, not only readable.
            await store.WriteAsync(
                tables =>
                {
                    new HubTransaction(tables, TimeProvider.System.GetUtcNow()).Start(new StartRequest { InstanceId = "after", Name = "Torn" }, []);
                    return true;
                },
                _ => { },
                CancellationToken.None);
        }

        violations.AddRange(HubInvariants.OfFile(torn));
        return violations;
    }
#pragma warning restore CA5394
}
