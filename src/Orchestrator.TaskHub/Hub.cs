using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.TaskHub.Engine;
using Orchestrator.TaskHub.Grpc;
using Orchestrator.TaskHub.Stores;
using Orchestrator.TaskHub.Stores.Sqlite;

namespace Orchestrator.TaskHub;

/// <summary>A hub in this process: it opens its store when it starts, and forgets nothing when it stops, however it stops.</summary>
public sealed class Hub : IHostedService, IAsyncDisposable
{
    private readonly TaskHubOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Func<CancellationToken, Task<IHubStore>> _openStore;
    private HubEngine? _engine;

    public Hub(IOptions<TaskHubOptions> options, TimeProvider time, ILogger<Hub> logger)
        : this(
            options.Value,
            async cancellationToken => await SqliteHubStore.OpenAsync(options.Value.DatabasePath, cancellationToken),
            time,
            logger)
    {
    }

    internal Hub(TaskHubOptions options, Func<CancellationToken, Task<IHubStore>> openStore, TimeProvider time, ILogger logger)
    {
        _options = options;
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
    internal HubEngine Engine => _engine
        ?? throw new RpcException(new Status(StatusCode.Unavailable, "The hub is not open: it starts or stops."));

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        IHubStore store = await _openStore(cancellationToken);
        _engine = await HubEngine.StartAsync(store, _options, _time, _logger, cancellationToken);
    }

    /// <summary>Hands out nothing more, ends the workers' streams and the clients' waits, and finishes what is being written.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _engine, null) is { } engine)
        {
            await engine.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);
}
