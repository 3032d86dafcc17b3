using Grpc.Core;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Agent;
using Orchestrator.TaskHub;

namespace Orchestrator.Cli.Hosting;

/// <summary>What does the work of a data folder: its hub, a worker, and the keepers. One process at a time holds it.</summary>
internal sealed class Engine : IAsyncDisposable
{
    private readonly OwnerLock _owner;
    private readonly OwnerLock _workers;
    private readonly HubServer _hub;
    private readonly IHost _worker;

    private Engine(OwnerLock owner, OwnerLock workers, HubServer hub, IHost worker)
    {
        _owner = owner;
        _workers = workers;
        _hub = hub;
        _worker = worker;
    }

    /// <returns>Null if another process does the work.</returns>
    public static async Task<Engine?> TryStartAsync(Deployment deployment, CancellationToken cancellationToken)
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
            HubServer hub = await HubServer.StartAsync(
                new HubServerOptions { Listen = HubServerOptions.UnixPrefix + OwnerSocket.PathOf(deployment.Data) },
                options => options.DatabasePath = deployment.Data.HubDatabase,
                logging => StandardErrorLog.AddTo(logging, LogLevel.Warning),
                TimeProvider.System,
                cancellationToken);
            IHost worker = await StartWorkerAsync(deployment, hub.Hub.Invoker, cancellationToken);
            return new Engine(owner, workers, hub, worker);
        }
        catch
        {
            workers.Dispose();
            owner.Dispose();
            throw;
        }
    }

    /// <summary>Starts a worker with the product's code, and the keepers, on any hub.</summary>
    public static async Task<IHost> StartWorkerAsync(Deployment deployment, CallInvoker hub, CancellationToken cancellationToken)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        deployment.AddTo(builder.Services);
        builder.Services
            .AddDurableTaskClient(client => client.UseGrpc(options => options.CallInvoker = hub))
            .AddDurableTaskWorker(worker => worker
                .AddTasks(registry => registry.AddAgentTasks())
                .UseGrpc(options => options.CallInvoker = hub))
            .AddAgentKeepers();
        IHost host = builder.Build();
        await host.StartAsync(cancellationToken);
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        await _worker.StopAsync();
        _worker.Dispose();
        await _hub.DisposeAsync();
        _workers.Dispose();
        _owner.Dispose();
    }
}
