namespace Orchestrator.Agent.Tickets;

/// <summary>The tickets of runs.</summary>
public interface ITicketStore
{
    /// <summary>Keeps the ticket of a run; a run has one, and the first stays.</summary>
    Task AddAsync(string run, Ticket ticket, CancellationToken cancellationToken);

    /// <returns>Null if the run came from no ticket.</returns>
    Task<Ticket?> FindAsync(string run, CancellationToken cancellationToken);
}
