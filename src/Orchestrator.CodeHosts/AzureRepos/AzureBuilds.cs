using System.Text;
using Orchestrator.Agent.Intake.Apis;
using Orchestrator.Agent.Runs.Landings;

namespace Orchestrator.CodeHosts.AzureRepos;

/// <summary>The builds of Azure Pipelines of what was pushed, and what their tasks wrote.</summary>
internal sealed class AzureBuilds(AzureReposWire wire, AzureRepository repository)
{
    private const string Version = "api-version=7.1";
    private const string Failed = "failed";

    /// <summary>Tasks whose logs are read, and how much of the end of each.</summary>
    private const int MostTasks = 3;
    private const int MostLines = 200;

    /// <summary>The newest of each pipeline: of the commit on its branch, and of the pull request that brings it.</summary>
    public async Task<IReadOnlyList<AzureBuild>> FindAsync(Landing landing, CancellationToken cancellationToken)
    {
        string what = $"the builds of {landing.Commit[..12]} in {repository.FullName}";
        AzureRepositoryId known = await wire.AskAsync(
            repository, new ApiRequest(HttpMethod.Get, $"{repository.Path}?{Version}", what), AzureReposJson.Default.AzureRepositoryId, cancellationToken);
        string[] branches = [$"refs/heads/{landing.Branch}", .. landing.PullRequest is { } opened ? [$"refs/pull/{opened.Number}/merge"] : Array.Empty<string>()];
        List<AzureBuild> found = [];
        foreach (string branch in branches)
        {
            string query = $"repositoryId={known.Id}&repositoryType=TfsGit&branchName={Uri.EscapeDataString(branch)}&queryOrder=queueTimeDescending&$top=100&{Version}";
            var request = new ApiRequest(HttpMethod.Get, $"_apis/build/builds?{query}", what);
            found.AddRange((await wire.AskAsync(repository, request, AzureReposJson.Default.AzurePageAzureBuild, cancellationToken)).Value);
        }

        return [.. found
            .Where(build => build.SourceVersion == landing.Commit || build.TriggerInfo?.GetValueOrDefault("pr.sourceSha") == landing.Commit)
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

    /// <summary>The end of what the failed tasks of a build wrote, and their errors.</summary>
    /// <returns>Empty where no task of it failed.</returns>
    public async Task<string> ReadAsync(long build, CancellationToken cancellationToken)
    {
        string path = $"_apis/build/builds/{build}";
        string what = $"the log of build {build} of {repository.FullName}";
        AzureTimeline? timeline = await wire.FindAsync(
            repository, new ApiRequest(HttpMethod.Get, $"{path}/timeline?{Version}", what), AzureReposJson.Default.AzureTimeline, cancellationToken);
        AzureTimelineRecord[] failed =
            [.. (timeline?.Records ?? []).Where(record => record is { Type: "Task", Result: Failed }).OrderBy(record => record.Order).Take(MostTasks)];
        if (failed.Length == 0)
        {
            return string.Join('\n', (timeline?.Records ?? []).Where(record => record.Result == Failed).SelectMany(ErrorsOf));
        }

        AzurePage<AzureLogLength> lengths = await wire.AskAsync(
            repository, new ApiRequest(HttpMethod.Get, $"{path}/logs?{Version}", what), AzureReposJson.Default.AzurePageAzureLogLength, cancellationToken);
        var text = new StringBuilder();
        foreach (AzureTimelineRecord task in failed)
        {
            text.Append($"{task.Name}:\n");
            if (task.Log is { } log)
            {
                long from = Math.Max(0, (lengths.Value.FirstOrDefault(one => one.Id == log.Id)?.LineCount ?? 0) - MostLines);
                text.Append((await wire.ReadAsync(repository, new ApiRequest(HttpMethod.Get, $"{path}/logs/{log.Id}?startLine={from}&{Version}", what), cancellationToken)).TrimEnd()).Append('\n');
            }

            text.AppendJoin('\n', ErrorsOf(task)).Append('\n');
        }

        return text.ToString();
    }

    private static IEnumerable<string> ErrorsOf(AzureTimelineRecord record) => (record.Issues ?? []).Select(issue => issue.Message).OfType<string>();
}
