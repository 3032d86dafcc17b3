namespace Orchestrator.Agent.Stores;

/// <summary>What an activity meets again however often it is repeated: it fails at once.</summary>
public abstract class LastingException(string message) : Exception(message);
