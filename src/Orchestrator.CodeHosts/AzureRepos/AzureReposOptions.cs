using Microsoft.Extensions.Options;
using Orchestrator.Agent.Secrets;
using Orchestrator.CodeHosts.Wires;

namespace Orchestrator.CodeHosts.AzureRepos;

/// <summary>Azure Repos, or an Azure DevOps server of a company: where it is, and as whom it is asked.</summary>
public sealed class AzureReposOptions
{
    public const string Section = "CodeHosts:AzureRepos";

    /// <summary>Where organizations, or a server's collections, are.</summary>
    public Uri Url { get; set; } = new("https://dev.azure.com");

    /// <summary>The environment variable with a personal access token.</summary>
    public string TokenEnv { get; set; } = "AZURE_DEVOPS_TOKEN";

    /// <summary>
    /// The process shows its identity instead of a token of the environment: a managed identity (<c>AZURE_CLIENT_ID</c> says which), a workload identity, or
    /// whoever is signed in with <c>az login</c>. It must be a member of the organization.
    /// </summary>
    public bool ShowsIdentity { get; set; }

    /// <summary>The client id of the managed identity that is shown; null for that of AZURE_CLIENT_ID.</summary>
    public string? ClientId { get; set; }

    /// <summary>Whether it is Microsoft's own, with its several addresses for one repository.</summary>
    public bool IsService => Url.Host == "dev.azure.com";
}

/// <summary>Finds what is wrong with the settings before anything is asked.</summary>
internal sealed class AzureReposOptionsValidator : IValidateOptions<AzureReposOptions>
{
    private const string Place = $"{AzureReposOptions.Section} in settings.json";

    public ValidateOptionsResult Validate(string? name, AzureReposOptions options)
    {
        List<string> faults = [];
        if (!HostAddress.IsOne(options.Url))
        {
            faults.Add($"{Place}: Url must be an address as in https://devops.example.com/tfs, without the collection, a user, a query or a fragment.");
        }
        else if (options.Url.Host.EndsWith(AzureRepository.OldDomain, StringComparison.OrdinalIgnoreCase))
        {
            faults.Add($"{Place}: '{options.Url}' must be https://dev.azure.com, which serves the remotes of {options.Url.Host}, too.");
        }
        else if (options.IsService && options.Url.AbsolutePath != "/")
        {
            faults.Add($"{Place}: '{options.Url}' must be without an organization, which the address of a remote names.");
        }
        else if (options.ShowsIdentity && !options.IsService)
        {
            faults.Add($"{Place}: an identity is shown to dev.azure.com alone; name the variable with a token of {options.Url.Host} (TokenEnv).");
        }

        if (!SecretVariables.IsName(options.TokenEnv))
        {
            faults.Add($"{Place}: TokenEnv is the name of an environment variable, not what it holds.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
