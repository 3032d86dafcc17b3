using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.DurableTask.Client;

/// <summary>The builder that the service collection hands out.</summary>
internal sealed class DurableTaskClientBuilder(string name, IServiceCollection services) : IDurableTaskClientBuilder
{
    public string Name => name;

    public IServiceCollection Services => services;

    public Type? BuildTarget { get; set; }

    public DurableTaskClient Build(IServiceProvider serviceProvider) => BuildTarget is null
        ? throw new InvalidOperationException($"The durable task client '{name}' has nothing to talk to; call UseGrpc on its builder.")
        : (DurableTaskClient)ActivatorUtilities.CreateInstance(serviceProvider, BuildTarget, name);
}
