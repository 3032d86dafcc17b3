using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Microsoft.DurableTask.Worker;

/// <summary>Adds durable task workers to a host.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>Adds a worker, or goes on with one of the same name.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The worker's name; null for the default one.</param>
    /// <returns>The worker's builder.</returns>
    public static IDurableTaskWorkerBuilder AddDurableTaskWorker(this IServiceCollection services, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        name ??= Options.DefaultName;
        if (services
            .Where(service => !service.IsKeyedService)
            .Select(service => service.ImplementationInstance)
            .OfType<DurableTaskWorkerBuilder>()
            .FirstOrDefault(added => added.Name == name) is { } existing)
        {
            return existing;
        }

        DurableTaskWorkerBuilder builder = new(name, services);
        services.AddSingleton(builder);
        services.AddSingleton(builder.Build);
        services.AddOptions<DurableTaskWorkerOptions>(name)
            .PostConfigure<IServiceProvider>((options, provider) => options.UseConverterOf(provider));
        return builder;
    }

    /// <summary>Adds the default worker.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Puts the worker together.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddDurableTaskWorker(
        this IServiceCollection services, Action<IDurableTaskWorkerBuilder> configure) =>
        services.AddDurableTaskWorker(Options.DefaultName, configure);

    /// <summary>Adds a worker of a name.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The worker's name.</param>
    /// <param name="configure">Puts the worker together.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddDurableTaskWorker(
        this IServiceCollection services, string name, Action<IDurableTaskWorkerBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(configure);
        configure(services.AddDurableTaskWorker(name));
        return services;
    }
}
