using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orchestrator.TaskHub;

namespace Orchestrator.Agent.Tests;

/// <summary>A real hub in this process, and workers of any build, without the rest of the product.</summary>
internal sealed class HubWithWorkers : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<ServiceProvider> _workers = [];
    private readonly Hub _hub;

    private HubWithWorkers() => _hub = new Hub(
        Options.Create(new TaskHubOptions { DatabasePath = _folder.At("hub.db") }),
        Options.Create(new NamedHubOptions()),
        TimeProvider.System,
        NullLogger<Hub>.Instance);

    public static async Task<HubWithWorkers> StartAsync()
    {
        var started = new HubWithWorkers();
        await started._hub.StartAsync(CancellationToken.None);
        return started;
    }

    /// <param name="serve">What the worker runs.</param>
    /// <param name="watcher">Sees the worker's calls.</param>
    /// <returns>A client of the hub.</returns>
    public async Task<DurableTaskClient> AddWorkerAsync(Action<IDurableTaskWorkerBuilder> serve, Interceptor watcher)
    {
        CallInvoker watched = _hub.Invoker.Intercept(watcher);
        var services = new ServiceCollection();
        services.AddLogging().AddDurableTaskWorker(worker =>
        {
            worker.UseGrpc(options => options.CallInvoker = watched);
            serve(worker);
        });
        services.AddDurableTaskClient(client => client.UseGrpc(options => options.CallInvoker = _hub.Invoker));
        ServiceProvider provider = services.BuildServiceProvider();
        _workers.Add(provider);
        foreach (IHostedService service in provider.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }

        return provider.GetRequiredService<DurableTaskClient>();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ServiceProvider worker in _workers)
        {
            await Task.WhenAll(worker.GetServices<IHostedService>().Select(service => service.StopAsync(CancellationToken.None)));
            await worker.DisposeAsync();
        }

        await _hub.DisposeAsync();
        _folder.Dispose();
    }
}
