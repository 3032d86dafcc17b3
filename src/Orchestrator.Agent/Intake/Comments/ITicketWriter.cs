using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Tickets;

namespace Orchestrator.Agent.Intake.Comments;

/// <summary>Writes comments on the tickets of one kind of host. Nothing is made twice by it, as long as whoever asks looks first.</summary>
public interface ITicketWriter
{
    TicketHost Host { get; }

    /// <summary>What is missing to write on a source's tickets, in words; null if nothing is. Nothing is asked of the host.</summary>
    string? FindFault(IntakeSource source);

    /// <summary>How the host's pages are told what stands there.</summary>
    string Render(TicketStatus status);

    /// <summary>Looks for the oldest comment that bears a mark.</summary>
    /// <param name="place">The ticket.</param>
    /// <param name="mark">What nobody knows before the comment is there.</param>
    /// <param name="since">It was made, or changed, after this; hosts that can't be asked so are asked for all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What the host calls it; null if there is none.</returns>
    /// <exception cref="CodeHostException">The host refuses, or asks to be left alone.</exception>
    /// <exception cref="IOException">The host can't be asked now.</exception>
    Task<string?> FindAsync(TicketPlace place, TicketMark mark, DateTimeOffset since, CancellationToken cancellationToken);

    /// <returns>What the host calls it.</returns>
    /// <exception cref="CodeHostException">The host refuses, or asks to be left alone.</exception>
    /// <exception cref="IOException">The host can't be asked now; the comment may have been made.</exception>
    Task<string> CreateAsync(TicketPlace place, TicketMark mark, string text, CancellationToken cancellationToken);

    /// <param name="place">The ticket.</param>
    /// <param name="comment">What the host calls it.</param>
    /// <param name="mark">What it bears.</param>
    /// <param name="text">What it is to say.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False if the comment isn't there any more.</returns>
    /// <exception cref="CodeHostException">The host refuses, or asks to be left alone.</exception>
    /// <exception cref="IOException">The host can't be asked now.</exception>
    Task<bool> EditAsync(TicketPlace place, string comment, TicketMark mark, string text, CancellationToken cancellationToken);
}
