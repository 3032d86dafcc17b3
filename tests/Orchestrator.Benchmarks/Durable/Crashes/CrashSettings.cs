namespace Orchestrator.Benchmarks.Durable.Crashes;

/// <summary>How much there is to do, and to lose.</summary>
/// <param name="Generation">After how many iterations an agent continues as new.</param>
internal sealed record CrashSettings(int Agents, int Iterations, int Generation)
{
    /// <summary>The steps of all agents, if none is done twice.</summary>
    public int Steps => 2 * Agents * Iterations;
}
