using Microsoft.Extensions.Options;
using Octokit;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.CodeHosts.GitHub;

/// <summary>
/// Pull requests on GitHub. Everything is looked for before it is made: the pull request by its head branch, a label by its name, a verdict by
/// its commit and name. So whatever is repeated after a kill is found.
/// </summary>
internal sealed class GitHubHost(IOptions<GitHubOptions> options, GitHubTokens tokens, GitHubWire wire) : ICodeHost
{
    private const string User = "x-access-token";

    /// <summary>Characters that the text of a pull request may have.</summary>
    private const int LongestText = 65_536;

    public string Name => "GitHub";

    public string? Fault => tokens.FindFault();

    public string Describe() => options.Value.IsApp ? $"{options.Value.Url.Host}, as the App {options.Value.AppId}" : $"{options.Value.Url.Host}, with {options.Value.TokenEnv}";

    public bool Serves(RemoteAddress remote) => GitHubRepository.Find(options.Value.Url, remote) is not null;

    public async Task<RemoteCredential> FindCredentialAsync(RemoteAddress remote, CancellationToken cancellationToken) =>
        new(User, await tokens.FindAsync(RepositoryOf(remote), cancellationToken));

    public void Drop(RemoteAddress remote, RemoteCredential credential) => tokens.Drop(RepositoryOf(remote), credential.Token);

    public async Task<OpenedPullRequest> EnsureAsync(RemoteAddress remote, PullRequestDraft draft, CancellationToken cancellationToken)
    {
        GitHubRepository repository = RepositoryOf(remote);
        ApiConnection api = Connect(repository);
        PullRequest found = await GitHubErrors.TranslateAsync(
            $"the pull request of {draft.Head} in {repository.FullName}", () => FindOrCreateAsync(api, repository, draft), cancellationToken);
        await GitHubErrors.TranslateAsync($"the text of {found.HtmlUrl}", () => RewriteAsync(api, repository, found, draft), cancellationToken);
        await GitHubErrors.TranslateAsync($"the labels of {found.HtmlUrl}", () => LabelAsync(api, repository, found, draft), cancellationToken);
        return new OpenedPullRequest(found.Number, found.HtmlUrl);
    }

    public Task MarkAsync(RemoteAddress remote, CommitMark mark, CancellationToken cancellationToken)
    {
        GitHubRepository repository = RepositoryOf(remote);
        return GitHubErrors.TranslateAsync(
            $"the verdict beside {mark.Commit[..12]} in {repository.FullName}",
            () => GitHubVerdicts.MarkAsync(Connect(repository), repository, mark, options.Value.IsApp),
            cancellationToken);
    }

    public Task<IReadOnlyList<PipelineCheck>> FindChecksAsync(RemoteAddress remote, Landing landing, CancellationToken cancellationToken)
    {
        GitHubRepository repository = RepositoryOf(remote);
        return GitHubErrors.TranslateAsync(
            $"the checks of {landing.Commit[..12]} in {repository.FullName}", () => GitHubChecks.FindAsync(Connect(repository), repository, landing.Commit), cancellationToken);
    }

    public Task<string> ReadLogAsync(RemoteAddress remote, PipelineCheck check, CancellationToken cancellationToken)
    {
        GitHubRepository repository = RepositoryOf(remote);
        return GitHubErrors.TranslateAsync($"the log of {check.Name} in {repository.FullName}", () => GitHubChecks.ReadAsync(Connect(repository), repository, check), cancellationToken);
    }

    private static async Task<PullRequest> FindOrCreateAsync(ApiConnection api, GitHubRepository repository, PullRequestDraft draft)
    {
        var client = new PullRequestsClient(api);
        if (await FindAsync(client, repository, draft.Head) is { } found)
        {
            return found;
        }

        try
        {
            return await client.Create(
                repository.Owner, repository.Name, new NewPullRequest(draft.Title, draft.Head, draft.Base) { Body = draft.Text.Within(LongestText), Draft = draft.IsDraft });
        }
        catch (ApiValidationException)
        {
            // Another worker may have made it between the look and the request.
            if (await FindAsync(client, repository, draft.Head) is { } made)
            {
                return made;
            }

            throw;
        }
    }

    /// <returns>The open one; null if the branch never had any.</returns>
    /// <exception cref="CodeHostException">Somebody has closed or merged it.</exception>
    private static async Task<PullRequest?> FindAsync(PullRequestsClient client, GitHubRepository repository, string head)
    {
        IReadOnlyList<PullRequest> all = await client.GetAllForRepository(
            repository.Owner, repository.Name, new PullRequestRequest { Head = $"{repository.Owner}:{head}", State = ItemStateFilter.All });
        return all.FirstOrDefault(one => one.State.Value == ItemState.Open)
            ?? (all.Count == 0 ? null : throw new CodeHostException($"GitHub: somebody has {(all[0].Merged ? "merged" : "closed")} {all[0].HtmlUrl}, the pull request of {head}; no other one is opened."));
    }

    /// <summary>Puts new evidence in the place of the old; what people wrote around it stays.</summary>
    private static async Task<bool> RewriteAsync(ApiConnection api, GitHubRepository repository, PullRequest found, PullRequestDraft draft)
    {
        string body = draft.Text.RenewedIn(found.Body ?? string.Empty, LongestText);
        if (body == found.Body)
        {
            return false;
        }

        await new PullRequestsClient(api).Update(repository.Owner, repository.Name, found.Number, new PullRequestUpdate { Body = body });
        return true;
    }

    private static async Task<bool> LabelAsync(ApiConnection api, GitHubRepository repository, PullRequest found, PullRequestDraft draft)
    {
        string[] missing = [.. draft.Labels.Except(found.Labels.Select(label => label.Name), StringComparer.OrdinalIgnoreCase)];
        if (missing.Length > 0)
        {
            await new IssuesLabelsClient(api).AddToIssue(repository.Owner, repository.Name, found.Number, missing);
        }

        return missing.Length > 0;
    }

    private GitHubRepository RepositoryOf(RemoteAddress remote) => GitHubRepository.Find(options.Value.Url, remote)
        ?? throw new ArgumentException($"{remote.Text} is no repository of {options.Value.Url}.", nameof(remote));

    private ApiConnection Connect(GitHubRepository repository) => wire.Connect(tokens, repository);
}
