using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Microsoft.DurableTask.Worker;

/// <summary>The builder that the service collection hands out.</summary>
internal sealed class DurableTaskWorkerBuilder(string name, IServiceCollection services) : IDurableTaskWorkerBuilder
{
    public string Name => name;

    public IServiceCollection Services => services;

    public Type? BuildTarget { get; set; }

    public IHostedService Build(IServiceProvider serviceProvider) => BuildTarget is null
        ? throw new InvalidOperationException($"The durable task worker '{name}' has nothing to talk to; call UseGrpc on its builder.")
        : (IHostedService)ActivatorUtilities.CreateInstance(serviceProvider, BuildTarget, name);
}
