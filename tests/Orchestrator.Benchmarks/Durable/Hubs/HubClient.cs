using Grpc.Core;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Orchestrator.Benchmarks.Durable.Hubs;

/// <summary>A client of a hub, with no worker beside it.</summary>
internal sealed class HubClient : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public HubClient(CallInvoker hub)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddDurableTaskClient(client => client.UseGrpc(options => options.CallInvoker = hub));
        _services = services.BuildServiceProvider();
    }

    public DurableTaskClient Client => _services.GetRequiredService<DurableTaskClient>();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
