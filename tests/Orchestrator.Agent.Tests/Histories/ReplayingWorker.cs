using Microsoft.DurableTask;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.TaskHub.Replays;

namespace Orchestrator.Agent.Tests.Histories;

/// <summary>A worker that is given turns of the past.</summary>
internal sealed class ReplayingWorker : IAsyncDisposable
{
    private readonly ReplayVerifier _verifier = new();
    private ServiceProvider _services = null!;

    /// <param name="add">Adds the orchestrators; the product's if left out.</param>
    public static async Task<ReplayingWorker> StartAsync(Action<DurableTaskRegistry>? add = null)
    {
        var replaying = new ReplayingWorker();
        var services = new ServiceCollection();
        services.AddLogging().AddDurableTaskWorker(worker => worker
            .UseGrpc(options => options.CallInvoker = replaying._verifier.Invoker)
            .AddTasks(add ?? (registry => registry.AddAgentTasks())));
        replaying._services = services.BuildServiceProvider();
        foreach (IHostedService service in replaying._services.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }

        return replaying;
    }

    public Task<ReplayResult> ReplayAsync(StoredHistory history) => _verifier.VerifyAsync(history, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        foreach (IHostedService service in _services.GetServices<IHostedService>())
        {
            await service.StopAsync(CancellationToken.None);
        }

        await _services.DisposeAsync();
    }
}
