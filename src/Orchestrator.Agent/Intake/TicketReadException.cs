namespace Orchestrator.Agent.Intake;

/// <summary>A ticket system doesn't answer as it should.</summary>
public sealed class TicketReadException(string message, Exception? inner = null) : Exception(message, inner);
