using Microsoft.Extensions.Configuration;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Secrets;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Catalogue;

/// <summary>The providers of this deployment, those of the catalogue before those it declares, with what the environment says of them.</summary>
internal sealed class ProviderList(Func<IReadOnlyList<Provider>> declared, IConfiguration configuration) : ISecretSource
{
    public IReadOnlyList<Provider> All => [.. CatalogueData.BuiltIn.Providers, .. declared()];

    /// <summary>Its key is set, or it wants none.</summary>
    public bool IsKeySet(Provider provider) => provider.KeyVariable is null || Setting(provider.KeyVariable) is not null;

    /// <summary>The keys that are set.</summary>
    public IEnumerable<RegisteredSecret> Read() =>
        from provider in All
        let key = Setting(provider.KeyVariable)
        where key is not null
        select new RegisteredSecret(provider.KeyVariable!, key);

    /// <exception cref="ProviderException">The environment gives it an address that is none.</exception>
    public Endpoint EndpointOf(Provider provider)
    {
        string url = Setting(provider.BaseUrlVariable) ?? provider.BaseUrl;
        if (!IsAddress(url))
        {
            throw new ProviderException(
                ProviderFailure.Unreachable,
                $"{provider.BaseUrlVariable} must be an absolute http or https URL, as in {provider.BaseUrl}.");
        }

        return new Endpoint(url, new EndpointKey(provider.KeyVariable, Setting(provider.KeyVariable), provider.KeyHeader))
        {
            AddressSetting = provider.BaseUrlVariable ?? $"baseUrl of {provider.Name} in providers.yaml",
        };
    }

    /// <summary>It is an absolute http or https URL.</summary>
    public static bool IsAddress(string url) => Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) && parsed.Scheme is ("http" or "https");

    // Exported but empty means not set; a key pasted with its line end is still that key.
    private string? Setting(string? variable) =>
        variable is not null && configuration[variable]?.Trim() is { Length: > 0 } value ? value : null;
}
