using Microsoft.DurableTask.Client.Grpc;
using Microsoft.DurableTask.Replay;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.Protocol;

namespace Microsoft.DurableTask.Worker.Grpc;

/// <summary>A worker that asks a hub for work over gRPC, and comes back whenever it loses it.</summary>
internal sealed class GrpcDurableTaskWorker(
    string name,
    IOptionsMonitor<GrpcDurableTaskWorkerOptions> grpcOptions,
    IOptionsMonitor<DurableTaskWorkerOptions> workerOptions,
    IOptionsMonitor<DurableTaskWorkerWorkItemFilters> filters,
    IOptionsMonitor<DurableTaskRegistry> registries,
    IServiceScopeFactory scopes,
    ILoggerFactory loggers,
    TimeProvider? timeProvider = null) : BackgroundService, IHostedLifecycleService
{
    private const int SuspicionsBeforeNewChannel = 5;

    private readonly TimeProvider _time = timeProvider ?? TimeProvider.System;
    private readonly ILogger _logger = loggers.CreateLogger("Microsoft.DurableTask.Worker");
    private readonly GrpcDurableTaskWorkerOptions _grpc = grpcOptions.Get(name);
    private readonly DurableTaskWorkerOptions _options = workerOptions.Get(name);

    private volatile ItemsAtWork? _items;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>While other services of the process still bring things to an end, what is at work goes on, and nothing is begun any more.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _items?.Refuse();
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using HubConnection hub = new(_grpc.CallInvoker, _grpc.Channel, _grpc.Address);
        using ItemsAtWork items = new(Processor(hub));
        _items = items;
        WorkItemStream stream = new(hub, Subscription(), items.Begin, _grpc.LongestSilence, _time, _logger);
        int failures = 0;
        int suspicions = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            StreamEnd end = await ReadAsync(stream, stoppingToken);
            failures = end.HasDelivered ? 1 : failures + 1;
            suspicions = (end.HasDelivered ? 0 : suspicions) + (end.IsChannelSuspect ? 1 : 0);
            if (end.IsChannelSilent || suspicions >= SuspicionsBeforeNewChannel)
            {
                suspicions = 0;
                Log.ChannelReplaced(_logger, hub.Target, hub.TryReplaceChannel());
            }

            TimeSpan wait = Backoff.Reconnect.AnyUpTo(failures);
            Log.Reconnecting(_logger, hub.Target, wait);
            await Task.Delay(wait, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await items.DrainAsync(_grpc.LongestDrain);
    }

    private async Task<StreamEnd> ReadAsync(WorkItemStream stream, CancellationToken stoppingToken)
    {
        try
        {
            return await stream.ReadToEndAsync(stoppingToken);
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            return new StreamEnd(HasDelivered: false, IsChannelSuspect: false);
        }
        catch (Exception unexpected)
        {
            Log.StreamFailed(_logger, unexpected);
            return new StreamEnd(HasDelivered: false, IsChannelSuspect: false);
        }
    }

    private WorkItemProcessor Processor(HubConnection hub)
    {
        TaskCatalogue catalogue = new(registries.Get(name));
        ReplaySettings settings = new(
            _options.DataConverter, _options.MaximumTimerInterval, _options.Versioning?.DefaultVersion ?? string.Empty, loggers);
        return new WorkItemProcessor(
            hub,
            new OrchestratorRunner(catalogue, _options.Versioning, settings, _time),
            new ActivityRunner(catalogue, _options.Versioning, _options.DataConverter, scopes),
            new WorkItemAnswers(hub, _grpc.CompleteOrchestrationWorkItemChunkSizeInBytes, _time, _logger),
            _logger);
    }

    private GetWorkItemsRequest Subscription() => new()
    {
        MaxConcurrentActivityWorkItems = _options.Concurrency.MaximumConcurrentActivityWorkItems,
        MaxConcurrentOrchestrationWorkItems = _options.Concurrency.MaximumConcurrentOrchestrationWorkItems,
        Capabilities = { WorkerCapability.HistoryStreaming },
        WorkItemFilters = filters.Get(name).ToWire(),
    };
}
