namespace Orchestrator.Agent.Runs.Forks;

/// <summary>What to fork.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Turn">The turn behind which the fork goes its own way; 0 for the beginning.</param>
/// <param name="Model">Another model than the run's; null for the same.</param>
/// <param name="Message">What is said to the model there; null for nothing.</param>
public sealed record ForkRequest(string RunId, int Turn, string? Model, string? Message);
