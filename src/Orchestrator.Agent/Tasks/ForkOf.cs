namespace Orchestrator.Agent.Tasks;

/// <summary>Where a fork begins.</summary>
/// <param name="RunId">The run whose conversation and files it takes up.</param>
/// <param name="Turn">The turn behind which it goes its own way; 0 for the beginning.</param>
public sealed record ForkOf(string RunId, int Turn);
