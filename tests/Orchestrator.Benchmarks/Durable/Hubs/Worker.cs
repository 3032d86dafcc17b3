using Grpc.Core;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Orchestrator.Benchmarks.Durable.Hubs;

/// <summary>A worker of a hub in this process, and a client beside it.</summary>
internal sealed class Worker : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private Worker(ServiceProvider services) => _services = services;

    public DurableTaskClient Client => _services.GetRequiredService<DurableTaskClient>();

    public static async Task<Worker> StartAsync(CallInvoker hub, Action<DurableTaskRegistry> tasks, CancellationToken cancellationToken)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddDurableTaskWorker(worker => worker.UseGrpc(options => options.CallInvoker = hub).AddTasks(tasks));
        services.AddDurableTaskClient(client => client.UseGrpc(options => options.CallInvoker = hub));
        var worker = new Worker(services.BuildServiceProvider());
        await worker.Hosted.StartAsync(cancellationToken);
        return worker;
    }

    public async ValueTask DisposeAsync()
    {
        await Hosted.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }

    private IHostedService Hosted => _services.GetRequiredService<IHostedService>();
}
