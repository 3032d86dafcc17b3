using System.Text;
using Orchestrator.Agent.Apis;
using Orchestrator.Agent.Runs.Landings;

namespace Orchestrator.CodeHosts.AzureRepos;

/// <summary>The builds of Azure Pipelines of what was pushed, and what their tasks wrote.</summary>
internal sealed class AzureBuilds(AzureReposWire wire, AzureRepository repository)
{
    private const string Failed = "failed";

    /// <summary>Tasks whose logs are read, and how much of the end of each.</summary>
    private const int MostTasks = 3;
    private const int MostLines = 200;

    /// <summary>The newest of each pipeline of the repository's project: of the commit on its branch, and of the pull request that brings it.</summary>
    public async Task<IReadOnlyList<AzureBuild>> FindAsync(Landing landing, CancellationToken cancellationToken)
    {
        string what = $"the builds of {landing.Commit[..12]} in {repository.FullName}";
        AzureRepositoryId known = await wire.AskAsync(
            repository, new ApiRequest(HttpMethod.Get, repository.Path, what), AzureReposJson.Default.AzureRepositoryId, cancellationToken);
        IReadOnlyList<AzureBuild> ofBranch = await ListAsync(known, $"refs/heads/{landing.Branch}", what, cancellationToken);
        List<AzureBuild> found = [.. ofBranch.Where(build => build.SourceVersion == landing.Commit)];
        if (landing.PullRequest is { } opened)
        {
            IReadOnlyList<AzureBuild> merged = await ListAsync(known, $"refs/pull/{opened.Number}/merge", what, cancellationToken);
            string? merge = merged.Any(build => build.PullRequestCommit is null) ? await FindMergeAsync(opened.Number, landing.Commit, what, cancellationToken) : null;
            found.AddRange(merged.Where(build => build.PullRequestCommit is { } brought ? brought == landing.Commit : merge is not null && build.SourceVersion == merge));
        }

        return [.. found
            .GroupBy(build => (build.Definition.Id, build.SourceBranch))
            .Select(same => same.MaxBy(build => build.Id)!)];
    }

    public static PipelineCheck CheckOf(AzureBuild build) => new(
        build.SourceBranch?.StartsWith("refs/pull/", StringComparison.Ordinal) == true ? $"{build.Definition.Name} (pull request)" : build.Definition.Name,
        build switch
        {
            { Status: not "completed" } => PipelineState.Pending,
            { Result: "succeeded" or "partiallySucceeded" } => PipelineState.Passed,
            _ => PipelineState.Failed,
        },
        build.Id,
        build.ValidationResults is { Count: > 0 } wrong ? string.Join('\n', wrong.Select(one => one.Message)) : build.Result);

    /// <summary>The end of what the failed tasks of a build wrote, and their errors, in the order of its page.</summary>
    /// <returns>Empty where no task of it failed.</returns>
    public async Task<string> ReadAsync(long build, CancellationToken cancellationToken)
    {
        string path = $"_apis/build/builds/{build}";
        string what = $"the log of build {build} of {repository.FullName}";
        AzureTimeline? timeline = await wire.FindAsync(repository, new ApiRequest(HttpMethod.Get, $"{path}/timeline", what), AzureReposJson.Default.AzureTimeline, cancellationToken);
        AzureTimelineRecord[] failed = [.. (timeline?.InOrder() ?? []).Where(record => record.Result == Failed)];
        AzureTimelineRecord[] tasks = [.. failed.Where(record => record.Type == "Task").Take(MostTasks)];
        if (tasks.Length == 0)
        {
            return string.Join('\n', failed.SelectMany(record => record.Errors));
        }

        AzurePage<AzureLogLength> lengths = await wire.AskAsync(
            repository, new ApiRequest(HttpMethod.Get, $"{path}/logs", what), AzureReposJson.Default.AzurePageAzureLogLength, cancellationToken);
        var text = new StringBuilder();
        foreach (AzureTimelineRecord task in tasks)
        {
            text.Append($"{task.Name}:\n");
            if (task.Log is { } log)
            {
                long from = Math.Max(0, (lengths.Value.FirstOrDefault(one => one.Id == log.Id)?.LineCount ?? 0) - MostLines);
                text.Append((await wire.ReadAsync(repository, new ApiRequest(HttpMethod.Get, $"{path}/logs/{log.Id}?startLine={from}", what), cancellationToken)).TrimEnd()).Append('\n');
            }

            text.AppendJoin('\n', task.Errors).Append('\n');
        }

        return text.ToString();
    }

    private async Task<IReadOnlyList<AzureBuild>> ListAsync(AzureRepositoryId known, string branch, string what, CancellationToken cancellationToken)
    {
        string query = $"repositoryId={known.Id}&repositoryType=TfsGit&branchName={Uri.EscapeDataString(branch)}&queryOrder=queueTimeDescending&$top=100";
        var request = new ApiRequest(HttpMethod.Get, $"_apis/build/builds?{query}", what);
        return (await wire.AskAsync(repository, request, AzureReposJson.Default.AzurePageAzureBuild, cancellationToken)).Value;
    }

    /// <summary>The commit by which a pull request's base would have ours.</summary>
    /// <returns>Null while it is not made, or where the pull request has gone on.</returns>
    private async Task<string?> FindMergeAsync(int pullRequest, string commit, string what, CancellationToken cancellationToken)
    {
        var request = new ApiRequest(HttpMethod.Get, $"{repository.Path}/pullrequests/{pullRequest}", what);
        AzurePullRequest found = await wire.AskAsync(repository, request, AzureReposJson.Default.AzurePullRequest, cancellationToken);
        return found.LastMergeSourceCommit?.CommitId == commit ? found.LastMergeCommit?.CommitId : null;
    }
}
