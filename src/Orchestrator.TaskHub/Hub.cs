using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.TaskHub.Engine;
using Orchestrator.TaskHub.Grpc;
using Orchestrator.TaskHub.Hubs;
using Orchestrator.TaskHub.Stores;
using Orchestrator.TaskHub.Stores.Sqlite;

namespace Orchestrator.TaskHub;

/// <summary>
/// A hub in this process: it opens its store when it starts, and forgets nothing when it stops, however it stops. Callers
/// that name a task hub in their metadata are served by one beside it, in a file of its own.
/// </summary>
public sealed class Hub : IHostedService, IAsyncDisposable
{
    // Beside the default hub's file.
    private const string NamedHubsFolder = "task-hubs";

    private readonly TaskHubOptions _options;
    private readonly NamedHubOptions _namedOptions;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Func<CancellationToken, Task<IHubStore>> _openStore;
    private HubEngine? _engine;
    private NamedHubs? _named;

    public Hub(IOptions<TaskHubOptions> options, IOptions<NamedHubOptions> named, TimeProvider time, ILogger<Hub> logger)
        : this(
            options.Value,
            named.Value,
            async cancellationToken => await SqliteHubStore.OpenAsync(options.Value.DatabasePath, cancellationToken),
            time,
            logger)
    {
    }

    internal Hub(
        TaskHubOptions options,
        NamedHubOptions named,
        Func<CancellationToken, Task<IHubStore>> openStore,
        TimeProvider time,
        ILogger logger)
    {
        _options = options;
        _namedOptions = named;
        _openStore = openStore;
        _time = time;
        _logger = logger;
        Service = new TaskHubService(this);
        Invoker = new InProcessCallInvoker(Service, time);
    }

    /// <summary>Calls the hub without sockets and without serialization; messages must not be changed afterwards.</summary>
    public CallInvoker Invoker { get; }

    internal TaskHubService Service { get; }

    internal TaskHubOptions Options => _options;

    internal TimeProvider Time => _time;

    /// <exception cref="RpcException">The hub has not started, or has stopped.</exception>
    internal NamedHubs Named => _named ?? throw NotOpen();

    /// <summary>The default hub, or the one of that name.</summary>
    /// <exception cref="RpcException">The hub has not started, or has stopped.</exception>
    /// <exception cref="HubException">There is no hub of that name.</exception>
    internal ValueTask<HubEngine> FindAsync(HubName? name, CancellationToken cancellationToken) => name is { } other
        ? Named.FindAsync(other, cancellationToken)
        : ValueTask.FromResult(_engine ?? throw NotOpen());

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        IHubStore store = await _openStore(cancellationToken);
        _engine = await HubEngine.StartAsync(store, _options, _time, _logger, cancellationToken);
        var files = new HubFiles(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(_options.DatabasePath))!, NamedHubsFolder));
        _named = new NamedHubs(files, _namedOptions, _options, _time, _logger);
    }

    /// <summary>Hands out nothing more, ends the workers' streams and the clients' waits, and finishes what is being written.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _named, null) is { } named)
        {
            await named.DisposeAsync();
        }

        if (Interlocked.Exchange(ref _engine, null) is { } engine)
        {
            await engine.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    private static RpcException NotOpen() => new(new Status(StatusCode.Unavailable, "The hub is not open: it starts or stops."));
}
