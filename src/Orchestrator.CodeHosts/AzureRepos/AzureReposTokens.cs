using System.Net.Http.Headers;
using System.Text;
using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Secrets;

namespace Orchestrator.CodeHosts.AzureRepos;

/// <summary>
/// The tokens by which Azure Repos is asked: the one of the environment, or those that the identity of this process gets. These are kept in memory alone,
/// renewed before their end, and dropped as soon as Azure Repos refuses one.
/// </summary>
/// <remarks>The scope is that of https://learn.microsoft.com/azure/devops/integrate/get-started/authentication/service-principal-managed-identity.</remarks>
internal sealed class AzureReposTokens(IOptions<AzureReposOptions> options, SecretVariables variables, TimeProvider time) : ISecretSource
{
    private static readonly TokenRequestContext Scope = new(["499b84ac-1321-427f-aa17-267ca6975798/.default"]);
    private static readonly TimeSpan RenewedBefore = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();

    /// <summary>All that count, with their ends: a text may hold one that was renewed since.</summary>
    private readonly Dictionary<string, DateTimeOffset> _shown = [];

    private AccessToken? _newest;
    private TokenCredential? _identity;

    /// <summary>Finds who this process is.</summary>
    internal Func<TokenCredential> Identify
    {
        get => field ??= () => options.Value.ClientId is { } id
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
    /// <exception cref="IOException">The identity gets none now.</exception>
    public async Task<string> FindAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.ShowsIdentity)
        {
            return variables.Find(options.Value.TokenEnv) ?? throw new CodeHostException($"Azure Repos: {FindFault()}");
        }

        TokenCredential identity;
        lock (_lock)
        {
            if (_newest is { } known && known.ExpiresOn > time.GetUtcNow() + RenewedBefore)
            {
                return known.Token;
            }

            identity = _identity ??= Identify();
        }

        AccessToken got = await GetAsync(identity, cancellationToken);
        lock (_lock)
        {
            foreach (string ended in _shown.Where(one => one.Value <= time.GetUtcNow()).Select(one => one.Key).ToArray())
            {
                _shown.Remove(ended);
            }

            _shown[got.Token] = got.ExpiresOn;
            _newest = got;
        }

        return got.Token;
    }

    /// <summary>Azure Repos has refused one.</summary>
    /// <returns>Another; null if there is none.</returns>
    /// <inheritdoc cref="FindAsync"/>
    public async Task<string?> FindOtherAsync(string refused, CancellationToken cancellationToken)
    {
        Drop(refused);
        string found = await FindAsync(cancellationToken);
        return found == refused ? null : found;
    }

    /// <summary>Azure Repos no longer takes it.</summary>
    public void Drop(string token)
    {
        lock (_lock)
        {
            if (_newest?.Token == token)
            {
                // The identity keeps it as well.
                _newest = null;
                _identity = null;
            }
        }
    }

    /// <summary>How the API is shown one.</summary>
    public AuthenticationHeaderValue HeaderOf(string token) => options.Value.ShowsIdentity
        ? new AuthenticationHeaderValue("Bearer", token)
        : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($":{token}")));

    /// <summary>All that texts must not show.</summary>
    public IEnumerable<RegisteredSecret> Read()
    {
        string[] shown;
        lock (_lock)
        {
            shown = [.. _shown.Keys];
        }

        return [.. variables.Registered([options.Value.TokenEnv]), .. shown.Select(token => new RegisteredSecret("Azure Repos token", token))];
    }

    private static async Task<AccessToken> GetAsync(TokenCredential identity, CancellationToken cancellationToken)
    {
        const string place = $"Azure Repos: {AzureReposOptions.Section}:{nameof(AzureReposOptions.ShowsIdentity)}";
        try
        {
            return await identity.GetTokenAsync(Scope, cancellationToken);
        }
        catch (CredentialUnavailableException failure)
        {
            throw new CodeHostException($"{place}: this process has no identity to show: {failure.Message}");
        }
        catch (Exception failure) when (failure is AuthenticationFailedException or HttpRequestException || (failure is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new IOException($"{place}: the identity of this process gets no token now: {failure.Message}", failure);
        }
    }
}
