namespace Orchestrator.Agent.Intake.Transitions;

/// <summary>How far tickets follow their runs. Several keepers may work on one store.</summary>
public interface ITicketTransitionStore
{
    /// <summary>Runs of a source whose tickets don't follow yet; some of them at a time. What ended long ago is left alone, as is of what nothing was moved before it ended, sooner.</summary>
    Task<IReadOnlyList<DueTransition>> ListDueAsync(string source, CancellationToken cancellationToken);

    /// <summary>Takes on to move a run's ticket, counts the attempt, and keeps others off until then.</summary>
    /// <returns>Null if somebody else has.</returns>
    Task<TicketTransition?> TakeAsync(DueTransition due, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Keeps what has become of it.</summary>
    /// <param name="taken">As it was taken on.</param>
    /// <param name="now">As it is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False, and nothing is changed, if the time was over and somebody else has taken it on.</returns>
    Task<bool> KeepAsync(TicketTransition taken, TicketTransition now, CancellationToken cancellationToken);

    /// <summary>Why a run's ticket is not where it is to be; null if nothing is known of that.</summary>
    Task<string?> FindFailureAsync(string run, CancellationToken cancellationToken);
}
