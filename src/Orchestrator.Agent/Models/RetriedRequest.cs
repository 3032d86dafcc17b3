namespace Orchestrator.Agent.Models;

/// <summary>A request that is about to be sent again.</summary>
/// <param name="Attempt">Which of the turn's requests comes now, from 2.</param>
/// <param name="Attempts">How many there may be.</param>
/// <param name="Wait">How long is waited for it.</param>
/// <param name="Fact">What became of the one before, as part of a sentence; bounded, no secrets.</param>
public sealed record RetriedRequest(int Attempt, int Attempts, TimeSpan Wait, string Fact);
