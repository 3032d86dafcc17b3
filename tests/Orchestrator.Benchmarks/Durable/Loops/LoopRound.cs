using Orchestrator.Benchmarks.Measures;

namespace Orchestrator.Benchmarks.Durable.Loops;

/// <summary>What one round of agents took, on the hub or on the floor.</summary>
/// <param name="IterationMs">How long an iteration of an agent lasted.</param>
/// <param name="Around">The median of an iteration near some of them.</param>
/// <param name="FileBytes">What lies on the disk at the end, by the kind of file: <c>db</c>, <c>db-wal</c>, ...</param>
internal sealed record LoopRound(
    Usage Usage,
    double IterationsPerSecond,
    Spread IterationMs,
    IReadOnlyList<AroundIteration> Around,
    IReadOnlyDictionary<string, long> FileBytes)
{
    private static readonly int[] Landmarks = [100, 1000, 5000];

    public static LoopRound Of(LoopSettings settings, Usage usage, IterationClock clock, string folder)
    {
        double[][] agents = [.. clock.Milliseconds()];
        return new LoopRound(
            usage,
            settings.Agents * settings.Iterations / usage.Seconds,
            Spread.Of(agents.SelectMany(iterations => iterations)),
            [.. Landmarks.Where(landmark => landmark <= settings.Iterations).Select(landmark => AroundIteration.Of(agents, landmark))],
            new DirectoryInfo(folder).EnumerateFiles()
                .GroupBy(file => file.Extension.TrimStart('.'))
                .ToDictionary(kind => kind.Key, kind => kind.Sum(file => file.Length)));
    }
}

/// <summary>The median of the iterations around one, over all agents.</summary>
internal sealed record AroundIteration(int Iteration, double Median)
{
    private const int Reach = 50;

    public static AroundIteration Of(IEnumerable<double[]> agents, int iteration) =>
        new(iteration, Spread.Of(agents.SelectMany(agent => agent.Skip(iteration - Reach).Take(2 * Reach))).Median);
}
