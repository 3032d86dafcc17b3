using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Secrets;
using Orchestrator.Providers.Catalogue;
using Orchestrator.Providers.Requests;
using Orchestrator.Providers.Scripted;

namespace Orchestrator.Providers;

/// <summary>Adds the models: the catalogue, and the client that asks them.</summary>
public static class ProvidersServiceCollectionExtensions
{
    /// <summary>Reads the keys and addresses of providers from the configuration, its section <c>Providers</c>, and the file.</summary>
    /// <param name="services">What they are added to.</param>
    /// <param name="configuration">The environment and the settings.</param>
    /// <param name="providersFile">Where further endpoints are declared; it need not be there.</param>
    /// <exception cref="ProvidersFileException">The file is wrong.</exception>
    public static IServiceCollection AddProviders(this IServiceCollection services, IConfiguration configuration, string providersFile)
    {
        services.AddOptions<AskingOptions>()
            .Bind(configuration.GetSection("Providers"))
            .ValidateDataAnnotations()
            .ValidateOnStart();

        services.TryAddSingleton(TimeProvider.System);
        ProvidersFile.Read(providersFile);
        services.AddSingleton(all => new DeclaredProviders(providersFile, all.GetRequiredService<ILogger<DeclaredProviders>>()));
        services.AddSingleton(all => new ProviderList(() => all.GetRequiredService<DeclaredProviders>().Current, configuration));
        services.AddSingleton<ISecretSource>(all => all.GetRequiredService<ProviderList>());
        services.AddSingleton<ModelCatalogue>();
        services.AddSingleton<IModelCatalogue>(all => all.GetRequiredService<ModelCatalogue>());
        services.AddSingleton<ScriptedModels>();
        services.AddSingleton<IModelClient, ModelClient>();
        services.AddSingleton<ISummarizer, ProviderCompaction>();
        return services;
    }
}
