using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Catalogue;
using Orchestrator.Providers.Responses;

namespace Orchestrator.Providers;

/// <summary>Adds the models: the catalogue, and the client that asks them.</summary>
public static class ProvidersServiceCollectionExtensions
{
    /// <summary>
    /// Reads <c>OPENAI_API_KEY</c> and <c>OPENAI_BASE_URL</c> from the configuration, and the section <c>Providers:Responses</c>.
    /// </summary>
    public static IServiceCollection AddProviders(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ResponsesOptions>()
            .Bind(configuration.GetSection("Providers:Responses"))
            .Configure(options =>
            {
                // Exported but empty means not set; a key pasted with its line end is still that key.
                options.ApiKey = configuration["OPENAI_API_KEY"]?.Trim() is { Length: > 0 } key ? key : options.ApiKey;
                options.BaseUrl = configuration["OPENAI_BASE_URL"]?.Trim() is { Length: > 0 } url ? url : options.BaseUrl;
            })
            .ValidateDataAnnotations()
            .Validate(
                options => Uri.TryCreate(options.BaseUrl, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https",
                "OPENAI_BASE_URL must be an absolute http or https URL, as in https://api.openai.com/v1.")
            .ValidateOnStart();

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IModelCatalogue, ModelCatalogue>();
        services.AddSingleton<IModelClient, ModelClient>();
        services.AddSingleton<ISummarizer, ProviderCompaction>();
        return services;
    }
}
