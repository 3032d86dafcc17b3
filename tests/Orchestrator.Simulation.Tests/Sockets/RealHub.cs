using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orchestrator.TaskHub;

namespace Orchestrator.Simulation.Tests.Sockets;

/// <summary>A hub that serves gRPC on loopback, with the SDK's worker and client, each by a clock of its own.</summary>
internal sealed class RealHub : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly HubServer _server;
    private readonly List<ServiceProvider> _workers = [];

    private RealHub(HubServer server, DirectoryInfo folder)
    {
        _folder = folder;
        _server = server;
    }

    public string Address => _server.Address;

    public DurableTaskClient Client => _workers[0].GetRequiredService<DurableTaskClient>();

    public static async Task<RealHub> StartAsync(
        Action<DurableTaskRegistry> tasks, Action<TaskHubOptions>? configure = null, TimeProvider? time = null, TimeProvider? workerTime = null)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("real-hub-");
        HubServer server = await HubServer.StartAsync(
            new HubServerOptions { Listen = "127.0.0.1:0" },
            options =>
            {
                options.DatabasePath = Path.Combine(folder.FullName, "hub.db");
                configure?.Invoke(options);
            },
            _ => { },
            time ?? TimeProvider.System,
            CancellationToken.None);
        var hub = new RealHub(server, folder);
        await hub.AddWorkerAsync(tasks, workerTime ?? TimeProvider.System);
        return hub;
    }

    public async Task AddWorkerAsync(Action<DurableTaskRegistry> tasks, TimeProvider time)
    {
        ServiceCollection services = new();
        services.AddLogging();
        services.TryAddSingleton(time);
        services.AddDurableTaskWorker(worker => worker.UseGrpc(Address).UseWorkItemFilters().AddTasks(tasks));
        services.AddDurableTaskClient(client => client.UseGrpc(Address));
        ServiceProvider worker = services.BuildServiceProvider();
        _workers.Add(worker);
        await worker.GetRequiredService<IHostedService>().StartAsync(CancellationToken.None);
    }

    /// <summary>The instance as it ended.</summary>
    /// <exception cref="TimeoutException">It did not, for a minute.</exception>
    public Task<OrchestrationMetadata> EndAsync(string instanceId) =>
        Client.WaitForInstanceCompletionAsync(instanceId, getInputsAndOutputs: true).WaitAsync(TimeSpan.FromMinutes(1));

    public async ValueTask DisposeAsync()
    {
        foreach (ServiceProvider worker in _workers)
        {
            await worker.GetRequiredService<IHostedService>().StopAsync(CancellationToken.None);
            await worker.DisposeAsync();
        }

        // The streams end before the server does: it would wait for them.
        await _server.Hub.StopAsync(CancellationToken.None);
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
