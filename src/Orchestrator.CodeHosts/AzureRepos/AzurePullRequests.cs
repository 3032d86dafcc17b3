using Orchestrator.Agent.Apis;
using Orchestrator.Agent.Runs.Landings;

namespace Orchestrator.CodeHosts.AzureRepos;

/// <summary>The pull requests of a repository: each is looked for by its branch before it is made, and a label by its name.</summary>
internal sealed class AzurePullRequests(AzureReposWire wire, AzureRepository repository)
{
    /// <summary>Characters that the text of a pull request may have.</summary>
    private const int LongestText = 4_000;

    /// <summary>Only they are of use to somebody.</summary>
    private const string Active = "active";

    public async Task<AzurePullRequest> EnsureAsync(PullRequestDraft draft, CancellationToken cancellationToken) =>
        await FindAsync(draft, cancellationToken) ?? await CreateAsync(draft, cancellationToken)

        // Another worker may have made it between the look and the request.
        ?? await FindAsync(draft, cancellationToken)
        ?? throw new CodeHostException($"Azure Repos: the pull request of {draft.Head} in {repository.FullName} is refused: it says that there is one already, and shows none.");

    /// <summary>Puts new evidence in the place of the old; what people wrote around it stays.</summary>
    public async Task RewriteAsync(int number, PullRequestText text, CancellationToken cancellationToken)
    {
        string path = $"{repository.Path}/pullrequests/{number}";
        string what = $"the text of {repository.PageOf(number)}";

        // A list has no more than the beginning of it.
        AzurePullRequest found = await wire.AskAsync(repository, new ApiRequest(HttpMethod.Get, path, what), AzureReposJson.Default.AzurePullRequest, cancellationToken);
        string renewed = text.RenewedIn(found.Description ?? string.Empty, LongestText);
        if (renewed != (found.Description ?? string.Empty))
        {
            ApiRequest change = new ApiRequest(HttpMethod.Patch, path, what).With(new AzureNewText(renewed), AzureReposJson.Default.AzureNewText);
            await wire.AskAsync(repository, change, AzureReposJson.Default.AzurePullRequest, cancellationToken);
        }
    }

    public async Task LabelAsync(int number, IReadOnlyList<string> labels, CancellationToken cancellationToken)
    {
        string path = $"{repository.Path}/pullRequests/{number}/labels";
        string what = $"the labels of {repository.PageOf(number)}";
        if (labels.Count == 0)
        {
            return;
        }

        AzurePage<AzureLabel> there = await wire.AskAsync(repository, new ApiRequest(HttpMethod.Get, path, what), AzureReposJson.Default.AzurePageAzureLabel, cancellationToken);
        foreach (string label in labels.Except(there.Value.Select(label => label.Name), StringComparer.OrdinalIgnoreCase))
        {
            ApiRequest addition = new ApiRequest(HttpMethod.Post, path, what).With(new AzureLabel(label), AzureReposJson.Default.AzureLabel);
            await wire.AskAsync(repository, addition, AzureReposJson.Default.AzureLabel, cancellationToken);
        }
    }

    /// <returns>The active one; null if the branch never had any.</returns>
    /// <exception cref="CodeHostException">Somebody has abandoned or completed it.</exception>
    private async Task<AzurePullRequest?> FindAsync(PullRequestDraft draft, CancellationToken cancellationToken)
    {
        string query = $"searchCriteria.sourceRefName={Uri.EscapeDataString(RefOf(draft.Head))}&searchCriteria.status=all&$top=100";
        var request = new ApiRequest(HttpMethod.Get, $"{repository.Path}/pullrequests?{query}", WhatOf(draft));
        AzurePage<AzurePullRequest> found = await wire.AskAsync(repository, request, AzureReposJson.Default.AzurePageAzurePullRequest, cancellationToken);

        // A branch of that name may have come from a fork.
        AzurePullRequest[] ours = [.. found.Value.Where(one => one.ForkSource is null)];
        return ours.Where(one => one.Status == Active).OrderByDescending(one => one.TargetRefName == RefOf(draft.Base)).FirstOrDefault()
            ?? (ours.Length == 0 ? null : throw new CodeHostException(
                $"Azure Repos: somebody has {ours[0].Status} {repository.PageOf(ours[0].PullRequestId)}, the pull request of {draft.Head}; no other one is opened."));
    }

    /// <returns>Null if there is one already.</returns>
    private Task<AzurePullRequest?> CreateAsync(PullRequestDraft draft, CancellationToken cancellationToken)
    {
        var wanted = new AzureNewPullRequest(RefOf(draft.Head), RefOf(draft.Base), draft.Title, draft.Text.Within(LongestText), draft.IsDraft);
        ApiRequest request = new ApiRequest(HttpMethod.Post, $"{repository.Path}/pullrequests", WhatOf(draft)).With(wanted, AzureReposJson.Default.AzureNewPullRequest);
        return wire.FindAsync(repository, request, AzureReposJson.Default.AzurePullRequest, cancellationToken);
    }

    private string WhatOf(PullRequestDraft draft) => $"the pull request of {draft.Head} in {repository.FullName}";

    private static string RefOf(string branch) => $"refs/heads/{branch}";
}
