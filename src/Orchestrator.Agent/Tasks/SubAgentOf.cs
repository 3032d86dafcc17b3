namespace Orchestrator.Agent.Tasks;

/// <summary>Whom a sub-agent works for.</summary>
/// <param name="RunId">The run that called for it.</param>
/// <param name="Turn">The turn of that run in which it did.</param>
/// <param name="Effect">The folder of the call that did, within that run's effects.</param>
public sealed record SubAgentOf(string RunId, int Turn, string Effect);
