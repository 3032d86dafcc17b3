namespace Orchestrator.Agent.Runs;

/// <summary>The patch of an accepted run could not be written.</summary>
public sealed class PatchException(string message, Exception inner) : Exception(message, inner);
