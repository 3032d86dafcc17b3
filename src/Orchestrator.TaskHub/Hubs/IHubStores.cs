using Orchestrator.Sql;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Hubs;

/// <summary>Where a server keeps its hubs: the default one, and those that callers name.</summary>
internal interface IHubStores
{
    /// <summary>Opens the default hub's store, as soon as no other server has it.</summary>
    /// <param name="standBy">Told where the other server is, while there is one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DatabaseException">It cannot be used.</exception>
    Task<IHubStore> OpenAsync(Action<string> standBy, CancellationToken cancellationToken);

    /// <summary>How many named hubs there are.</summary>
    Task<int> CountAsync(CancellationToken cancellationToken);

    Task<bool> ExistsAsync(HubName name, CancellationToken cancellationToken);

    /// <summary>Opens the named hub's store, and makes it if it is not there.</summary>
    Task<IHubStore> OpenAsync(HubName name, CancellationToken cancellationToken);

    /// <summary>Removes the named hub for good. Its store must be closed.</summary>
    Task DeleteAsync(HubName name, CancellationToken cancellationToken);
}
