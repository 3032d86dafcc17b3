using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.Failpoints;
using Orchestrator.TaskHub.Engine;
using Orchestrator.TaskHub.Grpc;
using Orchestrator.TaskHub.Hubs;
using Orchestrator.TaskHub.Stores;
using Log = Orchestrator.TaskHub.Hubs.Log;

namespace Orchestrator.TaskHub;

/// <summary>
/// A hub in this process: it opens its store when it starts, and forgets nothing when it stops, however it stops. Callers
/// that name a task hub in their metadata are served by one beside it. Of several hubs on one PostgreSQL database one owns
/// it and works; the others stand by, and take its place when it leaves.
/// </summary>
public sealed class Hub : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly TaskHubOptions _options;
    private readonly NamedHubOptions _namedOptions;
    private readonly IHubStores _stores;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _holding = Task.CompletedTask;
    private volatile OpenHubs? _open;
    private volatile Standby? _standby;

    public Hub(IOptions<TaskHubOptions> options, IOptions<NamedHubOptions> named, TimeProvider time, ILogger<Hub> logger)
        : this(
            options.Value,
            named.Value,
            options.Value.Postgres is { } postgres ? new HubSchemas(postgres) : new HubFiles(options.Value.DatabasePath),
            time,
            logger)
    {
    }

    internal Hub(TaskHubOptions options, NamedHubOptions named, IHubStores stores, TimeProvider time, ILogger logger)
    {
        _options = options;
        _namedOptions = named;
        _stores = stores;
        _time = time;
        _logger = logger;
        Service = new TaskHubService(this);
        Invoker = new InProcessCallInvoker(Service, time);
    }

    /// <summary>
    /// Calls the hub without sockets and without serialization; messages must not be changed afterwards. UNAVAILABLE while
    /// the hub stands by.
    /// </summary>
    public CallInvoker Invoker { get; }

    /// <summary>This hub owns the store, and does its work.</summary>
    public bool IsOwner => _open is not null;

    /// <summary>Where the hub is that owns the store; null while that is this one, or nobody is known.</summary>
    public string? OwnerElsewhere => _standby?.Owner;

    internal TaskHubService Service { get; }

    internal TaskHubOptions Options => _options;

    internal TimeProvider Time => _time;

    /// <summary>Where calls go while another hub owns the stores; null if this one does.</summary>
    internal Standby? Standby => _standby;

    /// <exception cref="RpcException">The hub has not started, has stopped, or stands by.</exception>
    internal NamedHubs Named => (_open ?? throw NotOpen()).Named;

    /// <summary>The default hub, or the one of that name.</summary>
    /// <exception cref="RpcException">The hub has not started, has stopped, or stands by.</exception>
    /// <exception cref="HubException">There is no hub of that name.</exception>
    internal ValueTask<HubEngine> FindAsync(HubName? name, CancellationToken cancellationToken)
    {
        OpenHubs open = _open ?? throw NotOpen();
        return name is { } other ? open.Named.FindAsync(other, cancellationToken) : ValueTask.FromResult(open.Default);
    }

    /// <summary>Returns when the hub works, or knows who does.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _holding = HoldAsync(_stopping.Token);
        await _started.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Hands out nothing more, ends the workers' streams and the clients' waits, and finishes what is being written.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _holding;
    }

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    private static RpcException NotOpen() =>
        new(new Status(StatusCode.Unavailable, "The hub is not open: it starts, stops, or stands by for another."));

    private async Task HoldAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await HoldOnceAsync(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                if (_started.TrySetException(exception))
                {
                    return;
                }

                Log.NotOpened(_logger, exception);
                await Task.Delay(RetryAfter, TimeProvider.System, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            finally
            {
                StandBy(null);
            }
        }
    }

    private async Task HoldOnceAsync(CancellationToken stopping)
    {
        Failpoint.Hit("hub.start.opening");
        IHubStore store = await _stores.OpenAsync(StandBy, stopping);
        Failpoint.Hit("hub.start.opened");
        HubEngine engine = await HubEngine.StartAsync(store, _options, _time, TimeProvider.System, _logger, stopping);
        await using var open = new OpenHubs(engine, new NamedHubs(_stores, _namedOptions, _options, _time, _logger));
        _open = open;
        StandBy(null);
        _started.TrySetResult();
        try
        {
            await store.Lost.WaitAsync(stopping);
            Log.TakenOver(_logger);
        }
        finally
        {
            _open = null;
        }
    }

    private void StandBy(string? owner)
    {
        if (_standby is { } before)
        {
            if (before.Owner == owner)
            {
                return;
            }

            _standby = null;
            before.Dispose();
        }

        if (owner is not null)
        {
            _standby = new Standby(owner);
            Log.StandsBy(_logger, owner);
            _started.TrySetResult();
        }
    }
}
