namespace Orchestrator.Agent.Tasks;

/// <summary>This machine or its configuration lacks something that a run needs; the message says what and how to mend it.</summary>
public sealed class EnvironmentException(string message) : Exception(message);
