namespace Orchestrator.Agent.Stores;

/// <summary>
/// What others need of a run's files. They lie in the data folder; where machines share none, they are kept elsewhere as well, and each
/// machine fetches what it needs.
/// </summary>
public interface IRunFiles
{
    /// <summary>
    /// Keeps what has changed since they were kept last: before anything is committed that refers to them. Repeated, it keeps what isn't
    /// kept yet. Only the host that holds the run may do so.
    /// </summary>
    /// <exception cref="IOException">Not all of it could be kept; it may pass.</exception>
    Task KeepAsync(string run, CancellationToken cancellationToken);

    /// <summary>
    /// Makes folders of a run here what they were when they were kept last. Where this host holds the run, or nothing of it was ever kept,
    /// what is here is the newest there is, and stays.
    /// </summary>
    /// <exception cref="FileNotFoundException">Something that was kept is gone.</exception>
    /// <exception cref="InvalidDataException">Something is not what was kept.</exception>
    /// <exception cref="IOException">It can't be fetched; it may pass.</exception>
    Task FetchAsync(string run, IReadOnlyList<RunFolder> folders, CancellationToken cancellationToken);

    /// <summary>Whether files of a run are kept elsewhere.</summary>
    Task<bool> HasAsync(string run, CancellationToken cancellationToken);

    /// <summary>Deletes what was fetched of runs that were purged since.</summary>
    /// <exception cref="IOException">Something can't be deleted; it may pass.</exception>
    Task SweepAsync(CancellationToken cancellationToken);
}
