using System.Collections.Specialized;
using System.Globalization;
using System.Web;
using Orchestrator.Agent.Apis;
using Orchestrator.Agent.Runs.Landings;

namespace Orchestrator.CodeHosts.AzureRepos;

/// <summary>What stands beside the commits and the pull requests of a repository: others' statuses, and the verdict, which is looked for before it is made.</summary>
internal sealed class AzureStatuses(AzureReposWire wire, AzureRepository repository)
{
    private const string Succeeded = "succeeded";

    private static readonly AzureStatusContext Own = new("verdict", "orchestrator");

    /// <summary>Has the verdict stand beside a commit, once.</summary>
    public async Task MarkAsync(CommitMark mark, CancellationToken cancellationToken)
    {
        string what = $"the verdict beside {mark.Commit[..12]} in {repository.FullName}";
        IReadOnlyList<AzureStatus> there = await OfCommitAsync(mark.Commit, what, cancellationToken);
        if (there.FirstOrDefault(status => status.Context == Own) is { State: Succeeded } own && own.Description == mark.Text)
        {
            return;
        }

        ApiRequest request = new ApiRequest(HttpMethod.Post, $"{repository.Path}/commits/{mark.Commit}/statuses", what)
            .With(new AzureStatus(Succeeded, Own, mark.Text, mark.Link?.AbsoluteUri), AzureReposJson.Default.AzureStatus);
        await wire.AskAsync(repository, request, AzureReposJson.Default.AzureStatus, cancellationToken);
    }

    /// <summary>The newest of each, without the verdict and those that say nothing yet: those of the commit, and those of the pull request that are about the push of it.</summary>
    public async Task<IReadOnlyList<AzureStatus>> FindAsync(Landing landing, CancellationToken cancellationToken)
    {
        string what = $"the statuses of {landing.Commit[..12]} in {repository.FullName}";
        List<AzureStatus> found = [.. (await OfCommitAsync(landing.Commit, what, cancellationToken)).Where(status => status.Context != Own)];
        if (landing.PullRequest is { } opened)
        {
            string pull = $"{repository.Path}/pullRequests/{opened.Number}";
            AzurePage<AzureIteration> pushes = await wire.AskAsync(
                repository, new ApiRequest(HttpMethod.Get, $"{pull}/iterations", what), AzureReposJson.Default.AzurePageAzureIteration, cancellationToken);
            AzurePage<AzureStatus> said = await wire.AskAsync(
                repository, new ApiRequest(HttpMethod.Get, $"{pull}/statuses", what), AzureReposJson.Default.AzurePageAzureStatus, cancellationToken);
            found.AddRange(said.Value
                .Where(status => pushes.Value.Any(push => push.Id == status.IterationId && push.SourceRefCommit?.CommitId == landing.Commit))
                .GroupBy(status => status.Context)
                .Select(same => same.MaxBy(status => status.Id)!));
        }

        return [.. found.Where(status => status.State is not (null or "notSet"))];
    }

    public static PipelineCheck CheckOf(AzureStatus status) => new(
        status.Context.Genre is { Length: > 0 } genre ? $"{genre}/{status.Context.Name}" : status.Context.Name,
        status.State switch
        {
            "pending" => PipelineState.Pending,
            Succeeded or "notApplicable" => PipelineState.Passed,
            _ => PipelineState.Failed,
        },
        Log: null,
        status.Description);

    /// <summary>The build that says by a status how it stands, and leads to its page. One that leads to a tab of that, as coverage does, says something of its own.</summary>
    public static long? BuildOf(AzureStatus status)
    {
        NameValueCollection query = HttpUtility.ParseQueryString(Uri.TryCreate(status.TargetUrl, UriKind.Absolute, out Uri? page) ? page.Query : string.Empty);
        bool isWhole = query["view"] is null or "results" or "logs";
        return isWhole && long.TryParse(query["buildId"], NumberStyles.None, CultureInfo.InvariantCulture, out long build) ? build : null;
    }

    private async Task<IReadOnlyList<AzureStatus>> OfCommitAsync(string commit, string what, CancellationToken cancellationToken)
    {
        var request = new ApiRequest(HttpMethod.Get, $"{repository.Path}/commits/{commit}/statuses?latestOnly=true&top=1000", what);
        return (await wire.AskAsync(repository, request, AzureReposJson.Default.AzurePageAzureStatus, cancellationToken)).Value;
    }
}
