namespace Orchestrator.TaskHub.Stores;

/// <summary>Where a hub keeps everything that must survive it. The steps are the same for every store; the SQL is not.</summary>
internal interface IHubStore : IAsyncDisposable
{
    /// <summary>Ends when another process has taken the store over; that of most stores never ends.</summary>
    Task Lost { get; }

    /// <summary>Runs the step in one transaction, on the disk when the task completes. If it throws, nothing of it remains.</summary>
    /// <param name="step">What to write.</param>
    /// <param name="committed">
    /// Told what the step returned once that is on the disk: of each commit in its order, and before the task completes. The next
    /// write waits for it.
    /// </param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    Task<T> WriteAsync<T>(Func<HubTables, T> step, Action<T> committed, CancellationToken cancellationToken);

    /// <summary>Reads one committed state.</summary>
    Task<T> ReadAsync<T>(Func<HubTables, T> query, CancellationToken cancellationToken);
}
