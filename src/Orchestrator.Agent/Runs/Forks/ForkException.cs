namespace Orchestrator.Agent.Runs.Forks;

/// <summary>A run can't be forked at that turn; the message says why, and what to give instead.</summary>
public sealed class ForkException(string message) : Exception(message);
