namespace Orchestrator.Agent.Models;

/// <summary>A model id that nobody knows.</summary>
public sealed class UnknownModelException(string message) : Exception(message);
