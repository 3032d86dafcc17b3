using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orchestrator.TaskHub.Engine;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Hubs;

/// <summary>The task hubs of one server beside its default one. Each is opened when somebody asks for it, and stays open.</summary>
internal sealed class NamedHubs(HubFiles files, NamedHubOptions options, TaskHubOptions hubs, TimeProvider time, ILogger logger)
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
                () =>
                {
                    if (!files.Exists(name) && !options.CreateOnFirstUse)
                    {
                        throw Unknown(name);
                    }

                    return OpenAsync(name, cancellationToken);
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
                await RemoveAsync(name);
            }

            return await OpenAsync(name, cancellationToken);
        },
        cancellationToken);

    /// <summary>Ends the hub's streams and waits and forgets all that it kept.</summary>
    /// <exception cref="HubException">There is no such hub.</exception>
    public Task DeleteAsync(HubName name, CancellationToken cancellationToken) => AloneAsync(
        async () =>
        {
            if (!files.Exists(name))
            {
                throw Unknown(name);
            }

            await RemoveAsync(name);
            return true;
        },
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync();
        _isClosed = true;
        foreach (HubEngine engine in _open.Values)
        {
            await engine.DisposeAsync();
        }

        _open.Clear();
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

        if (!files.Exists(name) && files.Count >= options.Most)
        {
            throw new HubException(HubRefusal.TooMany, $"This server keeps {options.Most} task hubs already: delete one first.");
        }

        HubEngine engine = await StartAsync(await files.OpenAsync(name, cancellationToken), cancellationToken);
        _open[name] = engine;
        Log.Opened(logger, name.Value);
        return engine;
    }

    private async Task<HubEngine> StartAsync(IHubStore store, CancellationToken cancellationToken)
    {
        try
        {
            return await HubEngine.StartAsync(store, hubs, time, logger, cancellationToken);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    private async Task RemoveAsync(HubName name)
    {
        if (_open.TryRemove(name, out HubEngine? engine))
        {
            await engine.DisposeAsync();
        }

        if (files.Exists(name))
        {
            files.Delete(name);
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
