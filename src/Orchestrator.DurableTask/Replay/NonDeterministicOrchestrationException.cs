namespace DurableTask.Core.Exceptions;

/// <summary>
/// An orchestrator that, replayed, asked for something else than its history holds. Its full name is what the original SDK puts
/// on the wire for the same failure.
/// </summary>
internal sealed class NonDeterministicOrchestrationException(string message) : Exception(message);
