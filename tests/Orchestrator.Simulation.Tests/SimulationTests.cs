using System.Collections.Concurrent;
using System.Globalization;
using Orchestrator.Testing;
using Xunit.Abstractions;

namespace Orchestrator.Simulation.Tests;

/// <summary>The hub's engine and the SDK's execution in worlds where much goes wrong, all of it by seed.</summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int Cores = 2;

    [Fact]
    public void AnySeed_EverythingComesToItsRightEnd()
    {
        int count = Rounds.Of(gate: 2_000, deep: 10_000);
        int first = Environment.GetEnvironmentVariable("ORCHESTRATOR_SEED") is { Length: > 0 } given
            ? int.Parse(given, CultureInfo.InvariantCulture)
            : 1;
        count = first == 1 ? count : 1;
        var outcomes = new ConcurrentBag<SimulationOutcome>();

        Parallel.For(first, first + count, new ParallelOptions { MaxDegreeOfParallelism = Cores }, seed => outcomes.Add(Simulation.Run(seed)));

        List<SimulationOutcome> failed = [.. outcomes.Where(outcome => outcome.Objection is not null).OrderBy(outcome => outcome.Seed)];
        output.WriteLine(
            $"{outcomes.Count} seeds from {first}; {outcomes.Sum(outcome => outcome.Instances)} instances; {outcomes.Sum(outcome => outcome.Steps)} steps; "
            + $"{outcomes.Sum(outcome => outcome.Time.TotalHours):0} virtual hours; slowest end {outcomes.Max(outcome => outcome.Share):0.00} x nominal");
        Assert.True(failed.Count == 0, string.Join('\n', [$"{failed.Count} seeds failed.", .. failed.Select(outcome => outcome.ToString()), .. failed.Take(1).Select(Report)]));
        Assert.True(outcomes.Sum(outcome => outcome.Instances) >= 2 * count, "Too few instances came to their ends.");
    }

    [Fact]
    public void OneSeedTwice_TheSameHappens()
    {
        int first = Random.Shared.Next(1_000_000);
        output.WriteLine($"Seeds from {first}.");

        Assert.All(Enumerable.Range(first, 20), seed => Assert.Equal(Simulation.Run(seed).Hash, Simulation.Run(seed).Hash));
    }

    private static string Report(SimulationOutcome outcome)
    {
        bool isSame = Simulation.Run(outcome.Seed).Hash == outcome.Hash;
        return $"""

            Seed {outcome.Seed} ({outcome.Hash}, {(isSame ? "the same" : "ANOTHER")} when it is run again): {outcome.Objection}
            ORCHESTRATOR_SEED={outcome.Seed} dotnet test tests/Orchestrator.Simulation.Tests --filter AnySeed
            {outcome.End}
            """;
    }
}
