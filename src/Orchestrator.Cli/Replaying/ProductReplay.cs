using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.Hosting;
using Orchestrator.Agent;
using Orchestrator.TaskHub.Replays;

namespace Orchestrator.Cli.Replaying;

/// <summary>This build's worker with the product's orchestrators, at a verifier in place of a hub.</summary>
internal sealed class ProductReplay : IAsyncDisposable
{
    private readonly IHost _worker;

    private ProductReplay(ReplayVerifier verifier, IHost worker)
    {
        Verifier = verifier;
        _worker = worker;
    }

    public ReplayVerifier Verifier { get; }

    public static async Task<ProductReplay> StartAsync(CancellationToken cancellationToken)
    {
        var verifier = new ReplayVerifier();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddDurableTaskWorker(worker =>
        {
            worker.AddTasks(registry => registry.AddAgentTasks());
            worker.UseGrpc(options => options.CallInvoker = verifier.Invoker);
        });
        IHost host = builder.Build();
        await host.StartAsync(cancellationToken);
        return new ProductReplay(verifier, host);
    }

    public async ValueTask DisposeAsync()
    {
        await _worker.StopAsync();
        _worker.Dispose();
    }
}
