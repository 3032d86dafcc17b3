using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Octokit;
using Octokit.Internal;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Secrets;

namespace Orchestrator.CodeHosts.GitHub;

/// <summary>
/// The tokens by which GitHub is asked: the one of the environment, or those that an App is given for a repository. These are kept in memory alone,
/// for the hour that they last, renewed before it ends, and dropped as soon as GitHub refuses one.
/// </summary>
internal sealed class GitHubTokens(IOptions<GitHubOptions> options, SecretVariables variables, AppKey key, GitHubWire wire, TimeProvider time) : ISecretSource
{
    private static readonly TimeSpan RenewedBefore = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, AccessToken> _minted = [];

    /// <summary>Whether there is an App, or a token.</summary>
    public bool AreNamed => options.Value.IsApp || variables.Find(options.Value.TokenEnv) is not null;

    /// <returns>Why there is none, in words; null if there is, or may be.</returns>
    public string? FindFault() => options.Value.IsApp ? key.FindFault()
        : variables.Find(options.Value.TokenEnv) is null ? $"{options.Value.TokenEnv} is not set; set it to a token, or name a GitHub App under {GitHubOptions.Section} in settings.json of the data folder."
        : null;

    /// <exception cref="CodeHostException">There is none, or the App is not installed on the repository.</exception>
    public async Task<string> FindAsync(GitHubRepository repository, CancellationToken cancellationToken)
    {
        if (!options.Value.IsApp)
        {
            return variables.Find(options.Value.TokenEnv) ?? throw new CodeHostException($"GitHub: {FindFault()}");
        }

        if (_minted.TryGetValue(repository.FullName, out AccessToken? known) && known.ExpiresAt - RenewedBefore > time.GetUtcNow())
        {
            return known.Token;
        }

        if (key.FindFault() is { } fault)
        {
            throw new CodeHostException($"GitHub: {fault}");
        }

        AccessToken minted = await GitHubErrors.TranslateAsync($"a token of the App {options.Value.AppId} for {repository.FullName}", () => MintAsync(repository), cancellationToken);
        _minted[repository.FullName] = minted;
        return minted.Token;
    }

    /// <summary>GitHub no longer takes it.</summary>
    public void Drop(GitHubRepository repository, string token)
    {
        if (_minted.TryGetValue(repository.FullName, out AccessToken? known) && known.Token == token)
        {
            _minted.TryRemove(KeyValuePair.Create(repository.FullName, known));
        }
    }

    /// <summary>All that texts must not show.</summary>
    public IEnumerable<RegisteredSecret> Read()
    {
        IEnumerable<(string Name, string? Value)> held =
            [(options.Value.TokenEnv, variables.Find(options.Value.TokenEnv)), ("GitHub App key", options.Value.IsApp ? key.Text : null), .. _minted.Values.Select(token => ("GitHub App token", (string?)token.Token))];
        return held.Where(secret => secret.Value is not null).Select(secret => new RegisteredSecret(secret.Name, secret.Value!));
    }

    /// <summary>A token for the one repository, and for what landing needs.</summary>
    private async Task<AccessToken> MintAsync(GitHubRepository repository)
    {
        IConnection connection = wire.Connect(new InMemoryCredentialStore(new Credentials(key.Sign(), AuthenticationType.Bearer)), handler: null);
        var api = new ApiConnection(connection);
        Installation installation = await new GitHubAppsClient(api).GetRepositoryInstallationForCurrent(repository.Owner, repository.Name);
        try
        {
            return await MintAsync(api, installation, repository, checks: "write");
        }
        catch (ApiValidationException)
        {
            // Who installed the App may have granted that checks are read, and no more.
            return await MintAsync(api, installation, repository, checks: "read");
        }
    }

    private static Task<AccessToken> MintAsync(ApiConnection api, Installation installation, GitHubRepository repository, string checks)
    {
        var wanted = new Dictionary<string, object>
        {
            ["repositories"] = new[] { repository.Name },
            ["permissions"] = new Dictionary<string, string>
            {
                ["contents"] = "write",
                ["pull_requests"] = "write",
                ["issues"] = "write",
                ["statuses"] = "write",
                ["checks"] = checks,
                ["actions"] = "read",
            },
        };
        return api.Post<AccessToken>(new Uri($"app/installations/{installation.Id}/access_tokens", UriKind.Relative), wanted);
    }
}
