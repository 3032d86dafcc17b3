using Orchestrator.Benchmarks.Durable.Hubs;

namespace Orchestrator.Benchmarks.Durable.Loops;

/// <summary>How much a loop workload does.</summary>
/// <param name="Agents">How many run at once.</param>
/// <param name="Iterations">How many each takes.</param>
/// <param name="Generation">After how many iterations an agent continues as new.</param>
/// <param name="ToolBytes">The length of each tool's output.</param>
/// <param name="Hub">Where the hub runs.</param>
internal sealed record LoopSettings(int Agents, int Iterations, int Generation, int ToolBytes, HubPlace Hub)
{
    /// <summary>As many agents with that many iterations between them, so that what is measured is compiled and cached.</summary>
    public LoopSettings WarmUp(int iterations) => this with { Iterations = Math.Max(2, iterations / Agents) };
}
