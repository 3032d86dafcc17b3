using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.DurableTask.Client;

/// <summary>Adds durable task clients to a host.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>Adds a client, or goes on with one of the same name. The default client can be had as a service directly.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The client's name; null for the default one.</param>
    /// <returns>The client's builder.</returns>
    public static IDurableTaskClientBuilder AddDurableTaskClient(this IServiceCollection services, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        name ??= Options.DefaultName;
        services.TryAddSingleton<IDurableTaskClientProvider, DurableTaskClientProvider>();
        if (services
            .Where(service => !service.IsKeyedService)
            .Select(service => service.ImplementationInstance)
            .OfType<DurableTaskClientBuilder>()
            .FirstOrDefault(added => added.Name == name) is { } existing)
        {
            return existing;
        }

        DurableTaskClientBuilder builder = new(name, services);
        services.AddSingleton(builder);
        services.AddSingleton(provider => new DurableTaskClientProvider.Entry(builder.Build(provider)));
        services.AddOptions<DurableTaskClientOptions>(name)
            .PostConfigure<IServiceProvider>((options, provider) => options.UseConverterOf(provider));
        return name == Options.DefaultName ? builder.RegisterDirectly() : builder;
    }

    /// <summary>Adds the default client.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Puts the client together.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddDurableTaskClient(
        this IServiceCollection services, Action<IDurableTaskClientBuilder> configure) =>
        services.AddDurableTaskClient(Options.DefaultName, configure);

    /// <summary>Adds a client of a name.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The client's name.</param>
    /// <param name="configure">Puts the client together.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddDurableTaskClient(
        this IServiceCollection services, string name, Action<IDurableTaskClientBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(configure);
        configure(services.AddDurableTaskClient(name));
        return services;
    }
}
