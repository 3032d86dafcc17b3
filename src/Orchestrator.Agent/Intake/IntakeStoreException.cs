namespace Orchestrator.Agent.Intake;

/// <summary>Deliveries can't be stored now; a sender that isn't told of success sends again.</summary>
public sealed class IntakeStoreException(string message, Exception inner) : Exception(message, inner);
