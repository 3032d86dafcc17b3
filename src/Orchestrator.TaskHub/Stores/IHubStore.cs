namespace Orchestrator.TaskHub.Stores;

/// <summary>Where a hub keeps everything that must survive it. The steps are the same for every store; the SQL is not.</summary>
internal interface IHubStore : IAsyncDisposable
{
    /// <summary>Ends when another process has taken the store over; that of most stores never ends.</summary>
    Task Lost { get; }

    /// <summary>Runs the step in one transaction, on the disk when the task completes. If it throws, nothing of it remains.</summary>
    Task<T> WriteAsync<T>(Func<HubTables, T> step, CancellationToken cancellationToken);

    /// <summary>Reads one committed state.</summary>
    Task<T> ReadAsync<T>(Func<HubTables, T> query, CancellationToken cancellationToken);
}
