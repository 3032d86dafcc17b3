using Orchestrator.Benchmarks.Durable.Agents;

namespace Orchestrator.Benchmarks.Durable.Loops;

/// <summary>When each iteration of each agent began; an iteration lasts until the agent's next one begins.</summary>
internal sealed class IterationClock(int agents, int iterations)
{
    private readonly long[][] _starts = [.. Enumerable.Range(0, agents).Select(_ => new long[iterations])];

    public void Begin(AgentStep step) =>
        Interlocked.CompareExchange(ref _starts[step.Agent][step.Iteration], TimeProvider.System.GetTimestamp(), 0);

    /// <summary>The milliseconds of each iteration but the last, agent by agent.</summary>
    public IEnumerable<double[]> Milliseconds() => _starts.Select(starts =>
        starts.Zip(starts.Skip(1), (from, to) => TimeProvider.System.GetElapsedTime(from, to).TotalMilliseconds).ToArray());
}
