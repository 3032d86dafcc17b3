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

/// <summary>A ticket as it was found.</summary>
/// <param name="Wish">What is asked for, with the ticket's own words; null if it is refused.</param>
/// <param name="Refusal">Why no run may be made of it, as a sentence.</param>
public sealed record ReadTicket(Wish? Wish, string? Refusal)
{
    public static ReadTicket Refused(string why) => new(null, why);
}

/// <summary>A ticket system doesn't answer as it should.</summary>
public sealed class TicketReadException(string message, Exception? inner = null) : Exception(message, inner);
