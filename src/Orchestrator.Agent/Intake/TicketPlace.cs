using Orchestrator.Agent.Tickets;

namespace Orchestrator.Agent.Intake;

/// <summary>A ticket, and the source by whose settings its host is asked about it.</summary>
/// <param name="Source">As settings have it now.</param>
/// <param name="Ticket">As it came in.</param>
public sealed record TicketPlace(IntakeSource Source, Ticket Ticket);
