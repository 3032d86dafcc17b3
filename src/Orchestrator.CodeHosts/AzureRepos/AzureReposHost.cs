using Microsoft.Extensions.Options;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.CodeHosts.AzureRepos;

/// <summary>
/// Pull requests on Azure Repos, asked by HTTP as its work items are. Everything is looked for before it is made: the pull request by its branch, a label by
/// its name, a verdict by its commit and context. So whatever is repeated after a kill is found.
/// </summary>
internal sealed class AzureReposHost(IOptions<AzureReposOptions> options, AzureReposTokens tokens, AzureReposWire wire) : ICodeHost
{
    /// <summary>Any name does, beside a token.</summary>
    private const string User = "orchestrator";

    public string Name => "Azure Repos";

    public string? Fault => tokens.FindFault();

    public string Describe() => $"{options.Value.Url.Host}, with {tokens.Source}";

    public bool Serves(RemoteAddress remote) => AzureRepository.Find(options.Value, remote) is not null;

    public async Task<RemoteCredential> FindCredentialAsync(RemoteAddress remote, CancellationToken cancellationToken) => new(User, await tokens.FindAsync(cancellationToken));

    public void Drop(RemoteAddress remote, RemoteCredential credential) => tokens.Drop(credential.Token);

    public async Task<OpenedPullRequest> EnsureAsync(RemoteAddress remote, PullRequestDraft draft, CancellationToken cancellationToken)
    {
        AzureRepository repository = RepositoryOf(remote);
        var pulls = new AzurePullRequests(wire, repository);
        int number = (await pulls.EnsureAsync(draft, cancellationToken)).PullRequestId;
        await pulls.RewriteAsync(number, draft.Text, cancellationToken);
        await pulls.LabelAsync(number, draft.Labels, cancellationToken);
        return new OpenedPullRequest(number, repository.PageOf(number));
    }

    public Task MarkAsync(RemoteAddress remote, CommitMark mark, CancellationToken cancellationToken) => new AzureStatuses(wire, RepositoryOf(remote)).MarkAsync(mark, cancellationToken);

    public async Task<IReadOnlyList<PipelineCheck>> FindChecksAsync(RemoteAddress remote, Landing landing, CancellationToken cancellationToken)
    {
        AzureRepository repository = RepositoryOf(remote);
        IReadOnlyList<AzureBuild> builds = await new AzureBuilds(wire, repository).FindAsync(landing, cancellationToken);
        IReadOnlyList<AzureStatus> statuses = await new AzureStatuses(wire, repository).FindAsync(landing, cancellationToken);

        // A build may say how it stands by a status, too.
        return
        [
            .. builds.Select(AzureBuilds.CheckOf),
            .. statuses.Where(status => builds.All(build => build.Id != AzureStatuses.BuildOf(status))).Select(AzureStatuses.CheckOf),
        ];
    }

    public async Task<string> ReadLogAsync(RemoteAddress remote, PipelineCheck check, CancellationToken cancellationToken)
    {
        string log = check.Log is { } build ? await new AzureBuilds(wire, RepositoryOf(remote)).ReadAsync(build, cancellationToken) : string.Empty;
        return log.Length > 0 ? log : check.Said ?? "(it keeps no log there)";
    }

    private AzureRepository RepositoryOf(RemoteAddress remote) => AzureRepository.Find(options.Value, remote)
        ?? throw new ArgumentException($"{remote.Text} is no repository of {options.Value.Url}.", nameof(remote));
}
