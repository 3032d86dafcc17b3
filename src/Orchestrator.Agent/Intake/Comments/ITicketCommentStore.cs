namespace Orchestrator.Agent.Intake.Comments;

/// <summary>What the tickets of runs were told. Several keepers may work on one store.</summary>
public interface ITicketCommentStore
{
    /// <summary>
    /// Runs of a source in which something has happened that their tickets weren't told; some of them at a time. What ended long ago is left
    /// alone, and of what nothing was told before it ended, that is sooner.
    /// </summary>
    Task<IReadOnlyList<string>> ListDueAsync(string source, CancellationToken cancellationToken);

    /// <summary>Takes on to tell a run's ticket, counts the attempt, and keeps others off until then.</summary>
    /// <returns>Null if somebody else has.</returns>
    Task<TicketComment?> TakeAsync(string run, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Keeps what has become of it.</summary>
    /// <param name="taken">As it was taken on.</param>
    /// <param name="now">As it is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False, and nothing is changed, if the time was over and somebody else has taken it on.</returns>
    Task<bool> KeepAsync(TicketComment taken, TicketComment now, CancellationToken cancellationToken);
}
