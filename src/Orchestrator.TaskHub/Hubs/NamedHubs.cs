using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orchestrator.TaskHub.Engine;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Hubs;

/// <summary>The task hubs of one server beside its default one. Each is opened when somebody asks for it, and stays open.</summary>
internal sealed class NamedHubs(IHubStores stores, NamedHubOptions options, TaskHubOptions hubs, TimeProvider time, ILogger logger)
    : IAsyncDisposable
{
    private readonly ConcurrentDictionary<HubName, HubEngine> _open = new();
    private readonly SemaphoreSlim _gate = new(1);
    private bool _isClosed;

    /// <exception cref="HubException">There is no such hub, and none is made.</exception>
    public async ValueTask<HubEngine> FindAsync(HubName name, CancellationToken cancellationToken) =>
        _open.TryGetValue(name, out HubEngine? engine)
            ? engine
            : await AloneAsync(
                async () =>
                {
                    if (!options.CreateOnFirstUse && !await stores.ExistsAsync(name, cancellationToken))
                    {
                        throw Unknown(name);
                    }

                    return await OpenAsync(name, cancellationToken);
                },
                cancellationToken);

    /// <summary>Makes the hub, or changes nothing if it is there.</summary>
    /// <param name="name">Which.</param>
    /// <param name="isAnew">Whether one that is there is replaced by an empty one.</param>
    /// <param name="cancellationToken">Ends the wait, not what has begun.</param>
    /// <exception cref="HubException">There are too many already.</exception>
    public Task CreateAsync(HubName name, bool isAnew, CancellationToken cancellationToken) => AloneAsync(
        async () =>
        {
            if (isAnew)
            {
                await RemoveAsync(name, cancellationToken);
            }

            return await OpenAsync(name, cancellationToken);
        },
        cancellationToken);

    /// <summary>Ends the hub's streams and waits and forgets all that it kept.</summary>
    /// <exception cref="HubException">There is no such hub.</exception>
    public Task DeleteAsync(HubName name, CancellationToken cancellationToken) => AloneAsync(
        async () =>
        {
            if (!await stores.ExistsAsync(name, cancellationToken))
            {
                throw Unknown(name);
            }

            await RemoveAsync(name, cancellationToken);
            return true;
        },
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync();
        _isClosed = true;
        foreach (HubName name in _open.Keys)
        {
            if (_open.TryRemove(name, out HubEngine? engine))
            {
                await engine.DisposeAsync();
            }
        }

        _gate.Release();
    }

    // The words of the Durable Task Scheduler: workers and their readers know them.
    private static HubException Unknown(HubName name) => new(HubRefusal.UnknownHub, $"Task hub not found: {name}.");

    private async Task<HubEngine> OpenAsync(HubName name, CancellationToken cancellationToken)
    {
        if (_open.TryGetValue(name, out HubEngine? there))
        {
            return there;
        }

        if (!await stores.ExistsAsync(name, cancellationToken) && await stores.CountAsync(cancellationToken) >= options.Most)
        {
            throw new HubException(HubRefusal.TooMany, $"This server keeps {options.Most} task hubs already: delete one first.");
        }

        IHubStore store = await stores.OpenAsync(name, cancellationToken);
        HubEngine engine = await HubEngine.StartAsync(store, hubs, time, TimeProvider.System, logger, cancellationToken);
        _open[name] = engine;
        _ = CloseOnceLostAsync(name, engine, store);
        Log.Opened(logger, name.Value);
        return engine;
    }

    // Whoever took the store over may be no owner either: the next call shows.
    private async Task CloseOnceLostAsync(HubName name, HubEngine engine, IHubStore store)
    {
        await store.Lost;
        if (_open.TryRemove(KeyValuePair.Create(name, engine)))
        {
            await engine.DisposeAsync();
        }
    }

    private async Task RemoveAsync(HubName name, CancellationToken cancellationToken)
    {
        if (_open.TryRemove(name, out HubEngine? engine))
        {
            await engine.DisposeAsync();
        }

        if (await stores.ExistsAsync(name, cancellationToken))
        {
            await stores.DeleteAsync(name, cancellationToken);
            Log.Deleted(logger, name.Value);
        }
    }

    private async Task<T> AloneAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return _isClosed ? throw new HubException(HubRefusal.Stopping, "The hub stops.") : await work();
        }
        finally
        {
            _gate.Release();
        }
    }
}
