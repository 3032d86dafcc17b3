using System.Collections.Concurrent;
using Orchestrator.Testing;
using Xunit.Abstractions;

namespace Orchestrator.Reliability.Tests.Failpoints;

/// <summary>R2: every place in hub and SDK at which a process can be told to die, at several visits.</summary>
public sealed class FailpointTests(ITestOutputHelper output)
{
    private const int LeastPlaces = 40;
    private const int AtOnce = 4;

    private static readonly int Visits = Rounds.Of(gate: 3, deep: 3);

    [Fact]
    public void Places_AreManyAndDistinct()
    {
        Assert.True(FailpointPlaces.All.Count >= LeastPlaces, $"{FailpointPlaces.All.Count} places");
        Assert.Equal(FailpointPlaces.All.Distinct(), FailpointPlaces.All);
    }

    [Fact]
    public async Task ProcessDiesAtAnyPlace_EverythingEndsRight()
    {
        FailpointRound[] rounds = [.. FailpointPlaces.All.SelectMany(place => Enumerable.Range(1, Visits).Select(visit => new FailpointRound(place, visit)))];
        var violations = new ConcurrentQueue<string>();
        long startedAt = TimeProvider.System.GetTimestamp();

        await Parallel.ForEachAsync(rounds, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (round, _) =>
        {
            try
            {
                foreach (string violation in await round.RunAsync())
                {
                    violations.Enqueue($"{round}: {violation}");
                }
            }
            catch (Exception exception)
            {
                violations.Enqueue($"{round}: {exception}");
            }
        });

        output.WriteLine($"{FailpointPlaces.All.Count} places x {Visits}: {rounds.Length} deaths in {TimeProvider.System.GetElapsedTime(startedAt)}");
        Assert.True(violations.IsEmpty, string.Join('\n', violations));
    }
}
