using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Tickets;

namespace Orchestrator.Agent.Intake.Transitions;

/// <summary>Puts the tickets of one kind of host into other states.</summary>
public interface ITicketMover
{
    TicketHost Host { get; }

    /// <summary>What is missing to move a source's tickets, in words; null if nothing is. Nothing is asked of the host.</summary>
    string? FindFault(IntakeSource source);

    /// <summary>Looks what there is to do.</summary>
    /// <param name="place">The ticket; its source has states.</param>
    /// <param name="stage">How far its run is.</param>
    /// <param name="underWay">Where an earlier move of the same stage, of which nobody knows what came, would have brought it; null if there was none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null if the ticket is as it is to be.</returns>
    /// <exception cref="CodeHostException">The host refuses, offers no such move, or asks to be left alone.</exception>
    /// <exception cref="IOException">The host can't be asked now.</exception>
    Task<TicketMove?> PlanAsync(TicketPlace place, TicketStage stage, string? underWay, CancellationToken cancellationToken);
}

/// <summary>What is to be done with a ticket.</summary>
/// <param name="To">The state that it will be in.</param>
/// <param name="MakeAsync">Does it; fails as planning does, and it may have come to something then.</param>
public sealed record TicketMove(string To, Func<CancellationToken, Task> MakeAsync);
