namespace Orchestrator.Agent.Steering;

/// <summary>A run may not ask a model now; the message says why. What was to be sent was not sent.</summary>
public sealed class RunHeldException(string message) : Exception(message);
