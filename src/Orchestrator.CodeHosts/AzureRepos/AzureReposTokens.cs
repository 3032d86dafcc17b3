using System.Net.Http.Headers;
using System.Text;
using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Secrets;

namespace Orchestrator.CodeHosts.AzureRepos;

/// <summary>The tokens by which Azure Repos is asked: the one of the environment, or those that the identity of this process gets. These are kept in memory alone.</summary>
/// <remarks>The scope is that of https://learn.microsoft.com/azure/devops/integrate/get-started/authentication/service-principal-managed-identity.</remarks>
internal sealed class AzureReposTokens(IOptions<AzureReposOptions> options, SecretVariables variables) : ISecretSource
{
    private static readonly TokenRequestContext Scope = new(["499b84ac-1321-427f-aa17-267ca6975798/.default"]);

    private volatile string? _shown;

    /// <summary>Who this process is. It keeps a token until shortly before its end.</summary>
    internal TokenCredential Identity
    {
        get => field ??= options.Value.ClientId is { } id
            ? new DefaultAzureCredential(new DefaultAzureCredentialOptions { ManagedIdentityClientId = id, WorkloadIdentityClientId = id })
            : new DefaultAzureCredential();
        init;
    }

    /// <summary>In words, as whom it is asked.</summary>
    public string Source => options.Value.ShowsIdentity ? "the identity of this process" : options.Value.TokenEnv;

    /// <returns>Why there is none, in words; null if there is, or may be.</returns>
    public string? FindFault() => options.Value.ShowsIdentity || variables.Find(options.Value.TokenEnv) is not null ? null
        : $"{options.Value.TokenEnv} is not set; set it to a token, or say under {AzureReposOptions.Section} in settings.json of the data folder that this process ShowsIdentity.";

    /// <exception cref="CodeHostException">There is none.</exception>
    public async Task<string> FindAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.ShowsIdentity)
        {
            return variables.Find(options.Value.TokenEnv) ?? throw new CodeHostException($"Azure Repos: {FindFault()}");
        }

        try
        {
            return _shown = (await Identity.GetTokenAsync(Scope, cancellationToken)).Token;
        }
        catch (AuthenticationFailedException failure)
        {
            throw new CodeHostException($"Azure Repos: {AzureReposOptions.Section}:{nameof(AzureReposOptions.ShowsIdentity)}: this process has no identity to show: {failure.Message}");
        }
    }

    /// <inheritdoc cref="FindAsync"/>
    public async Task<AuthenticationHeaderValue> FindHeaderAsync(CancellationToken cancellationToken)
    {
        string token = await FindAsync(cancellationToken);
        return options.Value.ShowsIdentity
            ? new AuthenticationHeaderValue("Bearer", token)
            : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($":{token}")));
    }

    /// <summary>All that texts must not show.</summary>
    public IEnumerable<RegisteredSecret> Read() =>
        [.. variables.Registered([options.Value.TokenEnv]), .. _shown is { } token ? [new RegisteredSecret("Azure Repos token", token)] : Array.Empty<RegisteredSecret>()];
}
