using Orchestrator.Agent.Tickets;

namespace Orchestrator.Agent.Intake;

/// <summary>Reads tickets again where they are kept: what a delivery says of them is only a hint.</summary>
public interface ITicketReader
{
    TicketHost Host { get; }

    /// <summary>Reads the ticket of a wish. Where it is read follows from settings, and from the ticket's number, whose form was checked.</summary>
    /// <exception cref="TicketReadException">It can't be read now.</exception>
    Task<ReadTicket> ReadAsync(IntakeSource source, Wish wish, CancellationToken cancellationToken);
}
