namespace Orchestrator.Agent.Runs.Purges;

/// <summary>Runs whose traces are removed. From the moment that a purge has begun a run is shown as purged; what is left of it then goes step by step.</summary>
public interface IPurgeStore
{
    /// <summary>Runs that ended before then and are not purged, oldest first; a sub-agent's goes with the run that it works for.</summary>
    /// <param name="limit">At most so many.</param>
    Task<IReadOnlyList<string>> ListDueAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken);

    /// <summary>Whether a run may be purged; nothing is changed.</summary>
    Task<PurgeRuling> LookAsync(string run, CancellationToken cancellationToken);

    /// <summary>Has a run, with its sub-agents', be purged, if it may: it can't be taken up, forked or looked into any more.</summary>
    /// <param name="run">The run.</param>
    /// <param name="person">Who wants it.</param>
    /// <param name="why">What the audit says of it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<PurgeRuling> BeginAsync(string run, string person, string why, CancellationToken cancellationToken);

    /// <summary>Whether the files of the runs are in this process's data folder: only there is a purge finished.</summary>
    Task<bool> IsHereAsync(CancellationToken cancellationToken);

    /// <summary>The runs whose purge has begun and isn't done, those of sub-agents too.</summary>
    Task<IReadOnlyList<string>> ListBegunAsync(CancellationToken cancellationToken);

    /// <summary>Removes what the database has of a run whose purge has begun, but for what says that it was. Repeated, it goes on.</summary>
    Task RemoveRecordsAsync(string run, CancellationToken cancellationToken);

    /// <summary>Notes that nothing is left.</summary>
    Task FinishAsync(string run, CancellationToken cancellationToken);
}
