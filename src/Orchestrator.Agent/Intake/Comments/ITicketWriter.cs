using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Tickets;

namespace Orchestrator.Agent.Intake.Comments;

/// <summary>Writes comments on the tickets of one kind of host. Nothing is made twice by it, as long as whoever asks looks first.</summary>
public interface ITicketWriter
{
    TicketHost Host { get; }

    /// <summary>What is missing to write on a source's tickets, in words; null if nothing is. Nothing is asked of the host.</summary>
    string? FindFault(IntakeSource source);

    /// <summary>Looks for the oldest comment that begins with a mark.</summary>
    /// <param name="ticket">The ticket.</param>
    /// <param name="mark">What nobody knows before the comment is there.</param>
    /// <param name="since">It was made, or changed, after this.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What the host calls it; null if there is none.</returns>
    /// <exception cref="CodeHostException">The host refuses, or asks to be left alone.</exception>
    /// <exception cref="IOException">The host can't be asked now.</exception>
    Task<string?> FindAsync(Ticket ticket, string mark, DateTimeOffset since, CancellationToken cancellationToken);

    /// <returns>What the host calls it.</returns>
    /// <exception cref="CodeHostException">The host refuses, or asks to be left alone.</exception>
    /// <exception cref="IOException">The host can't be asked now; the comment may have been made.</exception>
    Task<string> CreateAsync(Ticket ticket, string text, CancellationToken cancellationToken);

    /// <returns>False if the comment isn't there any more.</returns>
    /// <exception cref="CodeHostException">The host refuses, or asks to be left alone.</exception>
    /// <exception cref="IOException">The host can't be asked now.</exception>
    Task<bool> EditAsync(Ticket ticket, string comment, string text, CancellationToken cancellationToken);
}
