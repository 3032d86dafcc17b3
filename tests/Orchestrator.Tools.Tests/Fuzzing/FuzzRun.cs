using System.Globalization;
using Xunit.Abstractions;

namespace Orchestrator.Tools.Tests.Fuzzing;

/// <summary>
/// Many cases, each from a seed of its own, which a failure names: with <c>ORCHESTRATOR_FUZZ_SEED</c> set to it a test makes that case alone.
/// </summary>
internal static class FuzzRun
{
    private const string SeedVariable = "ORCHESTRATOR_FUZZ_SEED";

    /// <summary>A case should take 50 ms at most; ten times that, each time it is made, is a hang.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromMilliseconds(500);

    private const int Tries = 3;
    private const long MostMemory = 64 << 20;

    public static void Cases(ITestOutputHelper output, int count, Action<Random> make)
    {
        if (Environment.GetEnvironmentVariable(SeedVariable) is { Length: > 0 } named)
        {
            Case(int.Parse(named, CultureInfo.InvariantCulture), make);
            return;
        }

        int first = Random.Shared.Next(int.MaxValue - count);
        output.WriteLine($"{count:N0} cases with the seeds from {first} on; {SeedVariable}=SEED makes one of them again.");
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = 2 }, (index, rest) =>
        {
            if (!rest.ShouldExitCurrentIteration)
            {
                Case(first + index, make);
            }
        });
    }

    private static void Case(int seed, Action<Random> make)
    {
        try
        {
            for (int tries = 1; ; tries++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                long startedAt = TimeProvider.System.GetTimestamp();
                make(new Random(seed));
                long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                Assert.True(allocated <= MostMemory, $"It took {allocated:N0} bytes.");
                TimeSpan elapsed = TimeProvider.System.GetElapsedTime(startedAt);
                if (elapsed < Hang)
                {
                    return;
                }

                // A busy machine may hold one case up, but not the same one each time.
                Assert.True(tries < Tries, $"It took {elapsed.TotalMilliseconds:0} ms, {Tries} times.");
            }
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"The case fails; to make it again: {SeedVariable}={seed}. {failure.Message}", failure);
        }
    }
}
