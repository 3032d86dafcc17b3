using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.Agent;
using Orchestrator.Agent.Hosts;
using Orchestrator.Cli.Backups;
using Orchestrator.TaskHub;

namespace Orchestrator.Cli.Hosting;

/// <summary>What does the work of a data folder: its hub, a worker, and the keepers. One process at a time holds it.</summary>
internal sealed class Engine : IAsyncDisposable
{
    private readonly OwnerLock _owner;
    private readonly OwnerLock _workers;
    private readonly HubServer _hub;
    private readonly IHost _worker;
    private readonly Drain? _drain;
    private Task? _stopping;

    private Engine(OwnerLock owner, OwnerLock workers, HubServer hub, IHost worker, Drain? drain)
    {
        _drain = drain;
        _owner = owner;
        _workers = workers;
        _hub = hub;
        _worker = worker;
    }

    /// <summary>Calls the hub within this process.</summary>
    public CallInvoker Hub => _hub.Hub.Invoker;

    /// <param name="deployment">The data folder.</param>
    /// <param name="drain">What is waited for at the end; null for nothing, where a person waits for that.</param>
    /// <returns>Null if another process does the work, or the runs are another hub's.</returns>
    public static async Task<Engine?> TryStartAsync(Deployment deployment, Drain? drain, CancellationToken cancellationToken)
    {
        OwnerLock? owner = OwnerLock.TryTake(deployment.Data.OwnerLock);
        if (owner is null)
        {
            return null;
        }

        // Workers of a hub that runs elsewhere do the work of this folder: a second hub would run its runs a second time.
        OwnerLock? workers = OwnerLock.TryTake(deployment.Data.WorkersLock);
        if (workers is null)
        {
            owner.Dispose();
            return null;
        }

        try
        {
            if (await deployment.Home.ClaimAsync(cancellationToken) is not null)
            {
                workers.Dispose();
                owner.Dispose();
                return null;
            }

            await RestoredBackup.TakeUpAsync(deployment, cancellationToken);
            HubServer hub = await HubServer.StartAsync(
                new HubServerOptions { Listen = HubServerOptions.UnixPrefix + OwnerSocket.PathOf(deployment.Data) },
                options => options.DatabasePath = deployment.Data.HubDatabase,
                StandardErrorLog.AddToHub,
                TimeProvider.System,
                cancellationToken);
            IHost worker = await StartWorkerAsync(deployment, hub.Hub.Invoker, drain, cancellationToken);
            return new Engine(owner, workers, hub, worker, drain);
        }
        catch
        {
            workers.Dispose();
            owner.Dispose();
            throw;
        }
    }

    /// <summary>Starts a worker with the product's code, and the keepers, on a hub that runs elsewhere.</summary>
    public static async Task<IHost> StartWorkerAsync(
        Deployment deployment, GrpcChannel hub, HubWatch watch, WorkspaceKeeping keeps, HostEndpoint? endpoint, Drain drain, CancellationToken cancellationToken)
    {
        // While the hub doesn't answer, the watch says so; the library's word for each attempt would bury it.
        LogLevel lowest = deployment.Configuration.GetValue("Logging:Level", LogLevel.Warning);
        IHost host = BuildWorker(
            deployment,
            keeps,
            drain,
            client => client.UseGrpc(options => options.Channel = hub),
            worker => worker.UseGrpc(options => options.Channel = hub),
            builder =>
            {
                builder.Logging.AddFilter(
                    "Microsoft.DurableTask.Worker", level => level >= lowest && (level >= LogLevel.Error || watch.IsThere));
                if (endpoint is not null)
                {
                    builder.Services.AddSingleton(endpoint.Host);
                }
            });
        endpoint?.Serve(host.Services.GetRequiredService<HostedActivities>());
        await host.StartAsync(cancellationToken);
        return host;
    }

    /// <summary>Starts the keepers alone, on a hub whose work is handed to us in another way.</summary>
    public static async Task<IHost> StartKeepersAsync(Deployment deployment, CallInvoker hub, CancellationToken cancellationToken)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        deployment.AddTo(builder.Services);
        builder.Services.AddDurableTaskClient(client => client.UseGrpc(options => options.CallInvoker = hub));
        AddKeepers(builder);
        IHost host = builder.Build();
        await host.StartAsync(cancellationToken);
        return host;
    }

    private static async Task<IHost> StartWorkerAsync(Deployment deployment, CallInvoker hub, Drain? drain, CancellationToken cancellationToken)
    {
        IHost host = BuildWorker(
            deployment,
            WorkspaceKeeping.ForItself,
            drain,
            client => client.UseGrpc(options => options.CallInvoker = hub),
            worker => worker.UseGrpc(options => options.CallInvoker = hub),
            _ => { });
        await host.StartAsync(cancellationToken);
        return host;
    }

    private static IHost BuildWorker(
        Deployment deployment,
        WorkspaceKeeping keeps,
        Drain? drain,
        Action<IDurableTaskClientBuilder> connectClient,
        Action<IDurableTaskWorkerBuilder> connectWorker,
        Action<HostApplicationBuilder> add)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        deployment.AddTo(builder.Services);
        add(builder);

        // Before the worker: what stops a host goes from the last to the first, and a worker that takes nothing on any more is waited for.
        drain?.AddTo(builder.Services);
        if (keeps.IsKeeping)
        {
            builder.Services.AddHostKeepers();
        }

        int activities = deployment.Services.GetRequiredService<IOptions<WorkerOptions>>().Value.Activities;
        builder.Services
            .AddDurableTaskClient(connectClient)
            .AddDurableTaskWorker(worker =>
            {
                worker.ServeRuns(keeps.IsKeeping).Configure(options => options.Concurrency.MaximumConcurrentActivityWorkItems = activities);
                connectWorker(worker);
            });
        AddKeepers(builder);
        return builder.Build();
    }

    /// <summary>What is needed beside whoever plays runs, wherever they are played.</summary>
    private static void AddKeepers(HostApplicationBuilder builder)
    {
        builder.Services.AddAgentKeepers().AddPostman().AddIntakeKeepers();
        TelemetryExport.AddTo(builder);
    }

    /// <summary>Stops the worker and the keepers; the hub answers until the engine is disposed of.</summary>
    public Task StopWorkAsync() => _stopping ??= _drain?.StopAsync(_worker) ?? _worker.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await StopWorkAsync();
        _worker.Dispose();
        await _hub.DisposeAsync();
        _workers.Dispose();
        _owner.Dispose();
    }
}
